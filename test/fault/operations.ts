import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type Client, createClient } from "@breakwater/client";
import {
  type EntryId,
  type ExceptionId,
  type ImportOptions,
  type Job,
  type NewEntry,
  type ReputationFilters,
  type Severity,
  type SmsApi,
  Timestamp,
} from "@breakwater/protocol";
import { type Ledger, said } from "./ledger.ts";
import { between, pick, type Random } from "./random.ts";
import type { SmsProcess } from "./sms-process.ts";

const SEVERITIES: readonly Severity[] = ["High", "Medium", "Low"];
const PAUSE_MS = 40;
const LISTS = 2000;

export type Operations = {
  processes: readonly SmsProcess[];
  key: string;
  ledger: Ledger;
  /** By value: what of an exception may hold. */
  exceptions: Ledger;
  done: { changes: number; unanswered: number };
  /** Started imports, as they ended. */
  imports: Job[];
};

/** Undefined: it ended without an answer, and may have been carried out. */
type Answered<T> = { answer: T } | undefined;

/** Asks one of the processes; another one when nobody listens there. */
async function ask<T>(
  { processes, key, done }: Operations,
  random: Random,
  work: (api: Client<SmsApi>, web: string) => Promise<T>,
): Promise<Answered<T>> {
  for (;;) {
    const { web } = pick(random, processes);
    const headers = { authorization: `Bearer ${key}` };
    try {
      return { answer: await work(createClient<SmsApi>({ baseUrl: web, headers }), web) };
    } catch (error) {
      if (error instanceof ApiError && error.status > 0) throw error;
      if (!isRefused(error)) {
        done.unanswered += 1;
        return undefined;
      }
      await sleep(50);
    }
  }
}

/** The same for an operation, which is counted. */
function change<T>(
  run: Operations,
  random: Random,
  work: (api: Client<SmsApi>, web: string) => Promise<T>,
): Promise<Answered<T>> {
  run.done.changes += 1;
  return ask(run, random, work);
}

function isRefused(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && at.code === "ECONNREFUSED") return true;
  }
  return false;
}

const pause = (random: Random) => sleep(random() * 2 * PAUSE_MS);

/** People who add entries, some for seconds only, and withdraw them. */
export async function changeEntries(
  run: Operations,
  random: Random,
  { user, times }: { user: number; times: number },
): Promise<void> {
  const values = Array.from({ length: 60 }, (_, n) => userValue(user, n));
  for (let n = 0; n < times; n += 1) {
    if (random() < 0.6) await addSome(run, random, values);
    else if (!(await withdrawOne(run, random, pick(random, values)))) {
      await addSome(run, random, values);
    }
    await pause(random);
  }
}

function userValue(user: number, n: number): string {
  return n % 3 === 0 ? `host-${n}.user-${user}.example` : `45.${user}.0.${n + 1}`;
}

async function addSome(run: Operations, random: Random, values: readonly string[]): Promise<void> {
  const chosen = new Set(Array.from({ length: between(random, 1, 8) }, () => pick(random, values)));
  const severity = pick(random, SEVERITIES);
  const expires = random() < 0.25 ? Date.now() + between(random, 1500, 8000) : null;
  const entries = [...chosen].map(
    (value): NewEntry => ({
      value,
      severity,
      expires: expires === null ? null : Timestamp.parse(new Date(expires).toISOString()),
    }),
  );
  const body = { entries };
  const asked = await change(run, random, (api) =>
    api("POST /api/v1/reputation/entries", { body }),
  );
  const refused = new Set(
    (asked?.answer.outcomes ?? []).filter(({ outcome }) => outcome === "rejected").map(valueOf),
  );
  for (const value of chosen) {
    // It waited until both processes were back, and its end was over.
    if (refused.has(value)) continue;
    note(run.ledger, asked, "Local", value, said(severity, expires));
  }
}

function valueOf({ value }: { value: string }): string {
  return value;
}

/** False: there is no such entry. */
async function withdrawOne(run: Operations, random: Random, value: string): Promise<boolean> {
  const id = await idOf(run, random, value);
  if (id === undefined) return false;
  const body = { ids: [id] };
  const asked = await change(run, random, (api) =>
    api("POST /api/v1/reputation/entries/delete", { body }),
  );
  note(run.ledger, asked, "Local", value, null);
  return true;
}

async function idOf(run: Operations, random: Random, value: string): Promise<EntryId | undefined> {
  const query = { value };
  const found = await ask(run, random, (api) => api("GET /api/v1/reputation/lookup", { query }));
  return found?.answer.entries.find((entry) => entry.value === value)?.id;
}

function note(
  ledger: Ledger,
  asked: Answered<unknown>,
  source: string,
  value: string,
  is: string | null,
): void {
  if (asked === undefined) ledger.unanswered(source, value, is);
  else ledger.answered(source, value, is);
}

/** A client of the SMS web API. */
export async function changeOverWebApi(
  run: Operations,
  random: Random,
  times: number,
): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const value = `45.200.0.${between(random, 1, 50)}`;
    const adds = random() < 0.6;
    const severity = pick(random, SEVERITIES);
    const tags = encodeURIComponent(`Trend Micro Severity,${severity}`);
    const call = adds ? `add?ip=${value}&tagdata=${tags}` : `delete?ip=${value}`;
    const asked = await change(run, random, (_, web) =>
      callWebApi(run, `${web}/repEntries/${call}`),
    );
    note(run.ledger, asked, "Web API", value, adds ? said(severity, null) : null);
    await pause(random);
  }
}

async function callWebApi({ key }: Operations, url: string): Promise<void> {
  const answer = await fetch(url, { headers: { "X-SMS-API-KEY": key } });
  const text = await answer.text();
  if (answer.status !== 200) throw new ApiError(refused(answer.status, text));
}

function refused(status: number, message: string) {
  return { status, code: "Internal" as const, message, requestId: "" };
}

/** Exceptions of values that users add. */
export async function changeExceptions(
  run: Operations,
  random: Random,
  times: number,
): Promise<void> {
  const open = new Map<string, ExceptionId>();
  for (let n = 0; n < times; n += 1) {
    const [first] = open;
    if (first !== undefined && random() < 0.45) {
      const [value, id] = first;
      open.delete(value);
      const params = { id };
      const asked = await change(run, random, (api) =>
        api("DELETE /api/v1/reputation/exceptions/{id}", { params }),
      );
      note(run.exceptions, asked, "exception", value, null);
    } else {
      const value = `45.${between(random, 0, 3)}.0.${2 + 3 * n}`;
      if (2 + 3 * n > 250) return;
      const body = { value, scope: { kind: "all" }, reason: "a test", expires: null } as const;
      const asked = await change(run, random, (api) =>
        api("POST /api/v1/reputation/exceptions", { body }),
      );
      note(run.exceptions, asked, "exception", value, "held");
      if (asked !== undefined) open.set(value, asked.answer.id);
    }
    await pause(random);
  }
}

/** Files of thousands of lines into a source of their own, added to it or taking its place. */
export async function importLists(
  run: Operations,
  random: Random,
  { list, times }: { list: number; times: number },
): Promise<void> {
  const source = `list-${list}`;
  for (let n = 0; n < times; n += 1) {
    const severity = pick(random, SEVERITIES);
    const mode = random() < 0.5 ? "add" : "replace";
    const from = between(random, 0, LISTS / 2);
    const values = Array.from({ length: LISTS }, (_, at) => listValue(list, from + at));
    const name = `${source}-${n}.txt`;
    const job = await importFile(run, random, { source, name, severity, mode, values });
    if (job === undefined) continue;
    run.imports.push(job);
    if (mode === "replace") {
      for (const value of run.ledger.valuesOf(source)) run.ledger.answered(source, value, null);
    }
    for (const value of values) run.ledger.answered(source, value, said(severity, null));
  }
}

/** Lists overlap with what users add. */
function listValue(list: number, n: number): string {
  return n < 60 ? userValue(list, n) : `45.${10 + list}.${n >> 8}.${n & 255}`;
}

type List = {
  source: string;
  name: string;
  severity: Severity;
  mode: ImportOptions["mode"];
  values: readonly string[];
};

/** The job at its end; undefined when it was not started. */
async function importFile(run: Operations, random: Random, list: List): Promise<Job | undefined> {
  const query = { name: list.name };
  const body = `${list.values.join("\n")}\n`;
  const uploaded = await ask(run, random, (api) =>
    api("POST /api/v1/imports", { query, body: new Blob([body]) }),
  );
  if (uploaded === undefined) return undefined;
  const params = { id: uploaded.answer.id };
  const started = await change(run, random, (api) =>
    api("POST /api/v1/imports/{id}/start", { params, body: optionsOf(list) }),
  );
  const job = started?.answer ?? (await findStarted(run, random, list.name));
  return job === undefined ? undefined : await ended(run, random, job);
}

function optionsOf({ source, severity, mode }: List): ImportOptions {
  return {
    source,
    format: "list",
    mapping: { delimiter: ",", header: false, columns: [] },
    defaults: { severity, scanAction: null, tags: {}, expires: null, type: null },
    mode,
  };
}

/** Of a start without an answer. */
async function findStarted(
  run: Operations,
  random: Random,
  name: string,
): Promise<Job | undefined> {
  // What the process that was killed had sent is through by then.
  await sleep(1000);
  for (;;) {
    const asked = await ask(run, random, (api) =>
      api("GET /api/v1/jobs", { query: { limit: 100 } }),
    );
    if (asked !== undefined) {
      return asked.answer.items.find(({ title }) => title.startsWith(`Import ${name} `));
    }
  }
}

async function ended(run: Operations, random: Random, job: Job): Promise<Job> {
  const params = { id: job.id };
  for (;;) {
    const asked = await ask(run, random, (api) => api("GET /api/v1/jobs/{id}", { params }));
    if (asked !== undefined && asked.answer.finished !== null) return asked.answer;
    await sleep(200);
  }
}

/** Distributes filters that take other entries each time. */
export async function distributeFilters(
  run: Operations,
  random: Random,
  times: number,
): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await sleep(between(random, 2000, 5000));
    await distributeOnce(run, random, filtersOf(n, random));
  }
}

export async function distributeOnce(
  run: Operations,
  random: Random,
  edit: (filters: ReputationFilters) => ReputationFilters,
): Promise<boolean> {
  const found = await ask(run, random, (api) => api("GET /api/v1/profiles"));
  const [profile] = found?.answer.items ?? [];
  if (profile === undefined) return false;
  const params = { id: profile.id };
  const body = { version: profile.version, filters: edit(profile.filters) };
  const saved = await ask(run, random, (api) =>
    api("PUT /api/v1/profiles/{id}/reputation-filters", { params, body }),
  );
  if (saved === undefined) return false;
  const distributed = await change(run, random, (api) =>
    api("POST /api/v1/distributions", { body: { profile: profile.id, note: "" } }),
  );
  return distributed !== undefined;
}

/** One filter by severity before one that takes all the rest of some sources, or of none. */
export function filtersOf(n: number, random: Random) {
  return ([, base]: ReputationFilters): ReputationFilters => {
    if (base === undefined) throw new Error("the profile has lost its filters");
    const severity = pick(random, SEVERITIES);
    const source = pick(random, ["Local", "Web API", "list-0", "list-1"]);
    return [
      {
        ...base,
        number: 10 + n,
        name: `severity ${severity}`,
        criteria: [{ op: "is", tag: "Trend Micro Severity", value: severity }],
      },
      { ...base, number: 2, criteria: [{ op: "source-is", value: source }] },
    ];
  };
}
