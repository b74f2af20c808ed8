import type { Actor } from "../audit.ts";
import type { Tx } from "../database.ts";
import {
  assertedBy,
  assertingSources,
  type EntryEdit,
  type EntryKey,
  keyOf,
  MOST_EDITS,
  sourcesOf,
} from "../reputation/index.ts";
import { addressedEntries } from "./addressed-entries.ts";
import { changeAudited, type WebApiDeps } from "./change-audited.ts";
import { oneValue, type Parameters } from "./parameters.ts";
import { fileKind, fileLines, type Rejections, readLine, reject } from "./read-lines.ts";
import { malformed, shown } from "./web-api-error.ts";
import { isUserProvided } from "./web-source.ts";

const CRITERIA = ["all", "user", "repdv", "entry"] as const;
type DeleteCriteria = (typeof CRITERIA)[number];

type DeleteInput = { parameters: Parameters; file: Buffer | undefined };

/**
 * `/repEntries/delete`: withdraws what clients and this SMS's users assert, of the entries named or
 * of all. Entries that a connection asserts too stay until it withdraws them.
 */
export async function deleteEntries(
  deps: WebApiDeps,
  input: DeleteInput,
  by: Actor,
): Promise<void> {
  const { keys, rejections } = namedEntries(input);
  const criteria = readCriteria(oneValue(input.parameters, "criteria"));
  const isNamed = keys.length > 0 || rejections.count > 0;
  if (criteria === "entry") {
    if (!isNamed)
      throw malformed("Name the entries to delete with ip, dns or url, or send a file.");
    return await deleteNamed(deps, keys, rejections, by);
  }
  if (isNamed) {
    throw malformed(`criteria=${criteria} deletes more than the entries named. Send one of both.`);
  }
  // There is no Reputation DV here, so `all` is what users and clients gave.
  const sources = criteria === "repdv" ? [] : await assertingSources(deps.db);
  await deleteOfSources(deps, criteria, sources.filter(isUserProvided), by);
}

function readCriteria(given: string | undefined): DeleteCriteria {
  if (given === undefined || given === "") return "entry";
  const found = CRITERIA.find((one) => one === given.toLowerCase());
  if (found !== undefined) return found;
  throw malformed(`criteria is one of ${CRITERIA.join(", ")}, not ${shown(given)}.`);
}

function namedEntries({ parameters, file }: DeleteInput) {
  const keys = addressedEntries(parameters).map(({ key }) => key);
  const rejections: Rejections = { count: 0, first: [] };
  const kind = fileKind(oneValue(parameters, "type"));
  for (const { number, text } of file === undefined ? [] : fileLines(file)) {
    const line = readLine(text, kind);
    if (typeof line === "string") reject(rejections, number, line);
    else keys.push(line.key);
  }
  return { keys, rejections };
}

async function deleteNamed(
  deps: WebApiDeps,
  keys: readonly EntryKey[],
  rejections: Rejections,
  by: Actor,
): Promise<void> {
  for (let at = 0; at < keys.length; at += MOST_EDITS) {
    const some = keys.slice(at, at + MOST_EDITS);
    const facts = { criteria: "entry", ...(at === 0 ? { ignored: rejections.count } : {}) };
    const edits = (tx: Tx) => withdrawals(tx, some);
    await changeAudited(deps, { by, action: "web-api.delete", facts, edits });
  }
  if (rejections.count === 0) return;
  const { name: client } = by.principal;
  deps.log.warn(
    { client, ignored: rejections.count, first: rejections.first },
    "delete: lines ignored",
  );
}

async function withdrawals(tx: Tx, keys: readonly EntryKey[]): Promise<EntryEdit[]> {
  const sources = await sourcesOf(tx, keys);
  return keys.flatMap((key) =>
    (sources.get(keyOf(key)) ?? [])
      .filter(isUserProvided)
      .map((source) => ({ ...key, source, assertion: null })),
  );
}

async function deleteOfSources(
  deps: WebApiDeps,
  criteria: DeleteCriteria,
  sources: readonly string[],
  by: Actor,
): Promise<void> {
  const action = "web-api.delete";
  const facts = { criteria, sources };
  // Says that it was asked for, also when there is nothing to delete.
  await changeAudited(deps, { by, action, facts, edits: async () => [] });
  for (const source of sources) {
    let after = "0";
    for (;;) {
      const entries = await assertedBy(deps.db, source, after, MOST_EDITS);
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.id;
      const edits = entries.map(({ type, value }) => ({ type, value, source, assertion: null }));
      const batch = { criteria, source };
      await changeAudited(deps, { by, action, facts: batch, edits: async () => edits });
    }
  }
}
