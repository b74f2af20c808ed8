import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import {
  fetchFrom,
  OutboundError,
  type OutboundResponse,
  taxiiObjects,
} from "@breakwater/outbound";
import {
  AppError,
  type FeedId,
  type FeedSettings,
  type ImportPreview,
  messageOf,
  type TestStep,
} from "@breakwater/protocol";
import { previewAs, previewImport } from "../imports/index.ts";
import { checkAddress, checkFeed } from "./check-feed.ts";
import { checkStatus } from "./check-status.ts";
import { type FeedRequest, feedRequest } from "./feed-request.ts";
import { openSecrets, splitSecrets } from "./feed-secrets.ts";
import { manifestOf } from "./fetch-feed.ts";
import { eventsOf, isMispFolder } from "./misp-folder.ts";
import { planOf } from "./read-spool.ts";
import { type FeedDeps, feedNotFound } from "./save-feed.ts";
import { findFeed } from "./store.ts";
import type { StoredSettings } from "./stored-settings.ts";

const STEPS = [
  "Name resolution",
  "Connection",
  "TLS",
  "Credentials",
  "HTTP status",
  "Format",
] as const;
type StepName = (typeof STEPS)[number];
export type FeedTest = { steps: TestStep[]; preview: ImportPreview | null };

/** Of a list, this is enough for its first rows; documents are looked at as a whole. */
const FIRST_BYTES = 1024 ** 2;
const LARGEST_DOCUMENT = 64 * 1024 ** 2;
const TIMEOUT_MS = 15_000;
const TOTAL_MS = 60_000;

/** Fetches as a feed would and says which step fails; columns that are not given are guessed. */
export async function testFeed(
  { db, clock, secrets }: FeedDeps,
  given: FeedSettings,
  id: FeedId | undefined,
): Promise<FeedTest> {
  const guessed = given.format.format === "csv" && given.format.columns.length === 0;
  if (guessed) checkAddress(given);
  const settings = guessed ? given : await checkFeed(db, given);
  const stored = id === undefined ? undefined : await findFeed(db, id);
  if (id !== undefined && stored === undefined) throw feedNotFound();
  const known =
    stored === undefined
      ? undefined
      : { settings: stored.settings, secrets: openSecrets(secrets, stored) };
  const split = splitSecrets(settings, known);
  const request = {
    ...feedRequest(split.settings, split.secrets),
    timeoutMs: TIMEOUT_MS,
    totalTimeoutMs: TOTAL_MS,
  };
  return performTest(split.settings, request, clock.now().getTime());
}

async function performTest(
  settings: StoredSettings,
  request: FeedRequest,
  now: number,
): Promise<FeedTest> {
  const steps = new Steps();
  try {
    steps.done("Name resolution", await resolveName(settings));
    const bytes = await firstBytes(settings, request, steps);
    const preview = await previewOf(settings, bytes, now);
    const found = preview.rows.filter(({ outcome }) => outcome === "indicator").length;
    if (found === 0) throw nothingFound();
    steps.done("Format", `${found} of the first ${preview.rows.length} rows are indicators.`);
    return { steps: steps.all(), preview };
  } catch (error) {
    steps.failed(error);
    return { steps: steps.all(), preview: null };
  }
}

async function resolveName({ url, proxy }: StoredSettings): Promise<string> {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0) return `${host} is an address; nothing to resolve.`;
  if (proxy !== null) return `${host} is resolved by the proxy.`;
  try {
    await lookup(host);
    return `${host} is known.`;
  } catch {
    const reason = `${host}: the name cannot be resolved`;
    const remedy = "Check the spelling and this machine's name servers";
    throw new AppError("BadGateway", reason, { details: [{ reason, remedy }] });
  }
}

async function firstBytes(
  settings: StoredSettings,
  request: FeedRequest,
  steps: Steps,
): Promise<Buffer> {
  const { format, url } = settings;
  if (format.format === "taxii") {
    const query = { apiRoot: url, collection: format.collection, limit: 100 };
    for await (const { objects } of taxiiObjects(query, request)) {
      steps.answered(url, 200);
      return Buffer.from(JSON.stringify({ objects }));
    }
  }
  const folder = isMispFolder(settings);
  const response = await fetchFrom({ ...request, url: folder ? manifestOf(url) : url });
  steps.answered(response.finalUrl, response.status);
  await checkStatus(response);
  if (!folder) return bytesOf(response, format.format);
  const [first] = await eventsOf(response);
  if (first === undefined) throw nothingFound();
  const event = await fetchFrom({
    ...request,
    url: new URL(`${first}.json`, manifestOf(url)).href,
  });
  await checkStatus(event);
  return bytesOf(event, "misp");
}

async function bytesOf(
  { body }: OutboundResponse,
  format: FeedSettings["format"]["format"],
): Promise<Buffer> {
  const most = format === "csv" || format === "list" ? FIRST_BYTES : LARGEST_DOCUMENT;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks);
}

function previewOf(settings: StoredSettings, bytes: Buffer, now: number): Promise<ImportPreview> {
  async function* open() {
    yield bytes;
  }
  const { format } = settings;
  const guess = format.format === "csv" && format.columns.length === 0;
  return guess ? previewImport(open, now) : previewAs(open, planOf(settings), now);
}

function nothingFound(): AppError {
  const reason = "No indicator was found in the first rows";
  const remedy = "Check the format and, in a table, which column is the value";
  return new AppError("Unprocessable", reason, { details: [{ reason, remedy }] });
}

/** What is known of each step; those after a failure are skipped. */
class Steps {
  readonly #found: TestStep[] = [];
  #since = performance.now();

  done(step: StepName, detail: string): void {
    this.#add({ step, result: "ok", detail, remedy: "" });
  }

  /** A server that answers has passed what comes before; its status says the rest. */
  answered(url: string, status: number): void {
    const { protocol, host } = new URL(url);
    this.done("Connection", `${host} answers.`);
    this.done("TLS", protocol === "https:" ? "The certificate is accepted." : "Not used: http.");
    if (status !== 401 && status !== 403) this.done("Credentials", "They are not refused.");
    if (status === 200) this.done("HTTP status", "200");
  }

  failed(error: unknown): void {
    const next = STEPS[this.#found.length] ?? "Format";
    const failing = failingStep(error, next);
    while (this.#found.length < STEPS.indexOf(failing)) {
      this.done(STEPS[this.#found.length] ?? "Format", "Passed.");
    }
    this.#add({ step: failing, result: "failed", ...explain(error) });
  }

  all(): TestStep[] {
    const rest = STEPS.slice(this.#found.length).map((step) => ({
      step,
      result: "skipped" as const,
      milliseconds: 0,
      detail: "Not tried: an earlier step failed.",
      remedy: "",
    }));
    return [...this.#found, ...rest];
  }

  #add(step: Omit<TestStep, "milliseconds">): void {
    const now = performance.now();
    this.#found.push({ ...step, milliseconds: Math.round(now - this.#since) });
    this.#since = now;
  }
}

function failingStep(error: unknown, next: StepName): StepName {
  const found = error instanceof OutboundError ? stepOf(error) : next;
  return STEPS.indexOf(found) < STEPS.indexOf(next) ? next : found;
}

function stepOf({ code, message }: OutboundError): StepName {
  switch (code) {
    case "NotAllowed":
    case "Unreachable":
    case "Proxy":
    case "TimedOut":
    case "InvalidRequest":
      return "Connection";
    case "Certificate":
      return "TLS";
    case "Refused":
      return /status (?:401|403)\)/.test(message) ? "Credentials" : "HTTP status";
    case "BadAnswer":
    case "TooLarge":
    case "Redirect":
      return "HTTP status";
  }
}

function explain(error: unknown): { detail: string; remedy: string } {
  if (error instanceof OutboundError) return { detail: error.message, remedy: error.remedy };
  if (!(error instanceof AppError)) return { detail: messageOf(error), remedy: "See the log" };
  const remedy = error.details.find((one) => one.remedy !== undefined)?.remedy ?? "";
  return { detail: error.message, remedy };
}
