import {
  type ByteSource,
  type Indicator,
  type Position,
  type ReadingBatch,
  readMisp,
  stixReadings,
} from "@breakwater/indicators";
import { AppError } from "@breakwater/protocol";
import { isByLine, type ReadPlan, readFormat } from "../imports/index.ts";
import { isMispFolder } from "./misp-folder.ts";
import type { StoredSettings } from "./stored-settings.ts";

export type SpoolOptions = {
  now: number;
  /** The bytes from an offset. */
  input: (from?: number) => ByteSource;
  from?: Position;
  /** TAXII: told of indicators that are to be withdrawn instead. Without it they are rejected. */
  revoked?: WeakSet<Indicator>;
};

/** Whether reading can go on in the middle. */
export function canResume(settings: StoredSettings): boolean {
  return isLines(settings) || isByLine(planOf(settings));
}

/** Pages and folders are kept as one JSON document a line. */
function isLines(settings: StoredSettings): boolean {
  return settings.format.format === "taxii" || isMispFolder(settings);
}

/** What a fetch brought, as readings. */
export function readSpool(
  settings: StoredSettings,
  options: SpoolOptions,
): AsyncGenerator<ReadingBatch> {
  const { now, input, from } = options;
  if (isLines(settings)) return readDocuments(settings, options);
  return readFormat(input(), planOf(settings), { now, ...(from === undefined ? {} : { from }) });
}

export function planOf({ format, defaults }: StoredSettings): ReadPlan {
  const mapping = { delimiter: ",", header: false, columns: [] } as const;
  const { type } = defaults;
  switch (format.format) {
    case "csv": {
      const { delimiter, header, columns } = format;
      return { format: "csv", mapping: { delimiter, header, columns }, defaults: { type } };
    }
    case "list":
    case "stix":
    case "misp":
      return { format: format.format, mapping: { ...mapping, columns: [] }, defaults: { type } };
    case "taxii":
      return { format: "stix", mapping: { ...mapping, columns: [] }, defaults: { type } };
  }
}

async function* readDocuments(
  settings: StoredSettings,
  { now, input, from, revoked }: SpoolOptions,
): AsyncGenerator<ReadingBatch> {
  let offset = from?.offset ?? 0;
  let line = from?.line ?? 0;
  for await (const text of linesOf(input(offset))) {
    offset += text.length + 1;
    if (settings.format.format === "taxii") {
      const objects: unknown = JSON.parse(text.toString("utf8"));
      if (!Array.isArray(objects)) throw damaged();
      const found = readObjects(objects, { now, before: line, revoked });
      line += objects.length;
      yield { ...found, offset, line };
      continue;
    }
    for await (const batch of readMisp(single(text), { now })) {
      line += batch.line;
      yield { ...batch, offset, line };
    }
  }
}

async function* single(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** An object that is over withdraws what an earlier version of it said. */
function readObjects(
  objects: readonly unknown[],
  options: { now: number; before: number; revoked: WeakSet<Indicator> | undefined },
): Pick<ReadingBatch, "readings" | "ignored"> {
  const { now, before, revoked } = options;
  const over = revoked === undefined ? [] : objects.filter((object) => isOver(object, now));
  const live = revoked === undefined ? objects : objects.filter((object) => !isOver(object, now));
  const { readings, ignored } = stixReadings(live, { now, before });
  const former = over.map((object) => ({
    ...Object(object),
    revoked: false,
    valid_until: undefined,
  }));
  const gone = stixReadings(former, { now, before }).readings;
  for (const one of gone) if (one.kind === "indicator") revoked?.add(one.indicator);
  return { readings: [...gone, ...readings], ignored };
}

function isOver(object: unknown, now: number): boolean {
  if (typeof object !== "object" || object === null) return false;
  if ("revoked" in object && object.revoked === true) return true;
  const until = "valid_until" in object ? Date.parse(String(object.valid_until)) : Number.NaN;
  return until <= now;
}

async function* linesOf(source: ByteSource): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  for await (const chunk of source) {
    let rest = chunk;
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      yield Buffer.concat([...waiting, rest.subarray(0, at)]);
      waiting = [];
      rest = rest.subarray(at + 1);
    }
    waiting.push(rest);
  }
}

function damaged(): AppError {
  return new AppError("Internal", "What was fetched is damaged; the next run fetches it again.");
}
