import { setImmediate as breathe } from "node:timers/promises";
import type { TagDefinitions } from "@breakwater/reputation-set";
import type { Actor } from "../audit.ts";
import { BULK_EDITS, type EntryEdit } from "../reputation/index.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import { assertion } from "./add-entry.ts";
import { changeManyAudited, type WebApiDeps } from "./change-audited.ts";
import type { AddressKind } from "./entry-address.ts";
import { oneValue, type Parameters } from "./parameters.ts";
import {
  type FileLine,
  fileKind,
  fileLines,
  type Rejections,
  readLine,
  reject,
} from "./read-lines.ts";
import { readTagData, TagDataError } from "./tag-data.ts";

/** Other requests get their turn after so many lines. */
const AT_ONCE = 500;

export type Imported = { accepted: number; ignored: number };

/**
 * `/repEntries/import`: asserts every line that can be read; the others are counted and logged.
 * Resolves when all is committed. A file that was cut off by a crash can be sent again.
 */
export async function importEntries(
  deps: WebApiDeps,
  { parameters, file }: { parameters: Parameters; file: Buffer },
  by: Actor,
): Promise<Imported> {
  const kind = fileKind(oneValue(parameters, "type"));
  const lines = fileLines(file);
  const categories = await tagDefinitions(deps.db);
  const rejections: Rejections = { count: 0, first: [] };
  for (let at = 0; at === 0 || at < lines.length; at += BULK_EDITS) {
    const ignoredBefore = rejections.count;
    const some = lines.slice(at, at + BULK_EDITS);
    const edits = await readEdits(deps, some, { kind, categories, rejections });
    const facts = { lines: lines.length, ignored: rejections.count - ignoredBefore };
    await changeManyAudited(deps, { by, action: "web-api.import", facts }, edits);
  }
  const result = { accepted: lines.length - rejections.count, ignored: rejections.count };
  if (rejections.count > 0) {
    const { name: client } = by.principal;
    deps.log.warn({ client, ...result, first: rejections.first }, "import: lines ignored");
  }
  return result;
}

type Reading = {
  kind: AddressKind | undefined;
  categories: TagDefinitions;
  rejections: Rejections;
};

async function readEdits(
  { clock }: WebApiDeps,
  lines: readonly FileLine[],
  { kind, categories, rejections }: Reading,
): Promise<EntryEdit[]> {
  const edits: EntryEdit[] = [];
  for (const [at, { number, text }] of lines.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await breathe();
    const edit = lineEdit(text, kind, categories, clock.now().getTime());
    if (typeof edit === "string") reject(rejections, number, edit);
    else edits.push(edit);
  }
  return edits;
}

function lineEdit(
  text: string,
  kind: AddressKind | undefined,
  categories: TagDefinitions,
  now: number,
): EntryEdit | string {
  const line = readLine(text, kind);
  if (typeof line === "string") return line;
  try {
    return assertion(line.key, readTagData(line.tags, categories, now));
  } catch (error) {
    if (error instanceof TagDataError) return error.message;
    throw error;
  }
}
