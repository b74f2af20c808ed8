import { type LineBlock, lineBlocks } from "../input/line-blocks.ts";
import type { ByteSource, Ignored, LineReadOptions, Reading, ReadingBatch } from "../reading.ts";
import { NO_TAGS, rejection } from "../values/rejection.ts";
import { targetsOf } from "../values/targets.ts";
import type { WantedType } from "../values/wanted-type.ts";
import { readListLine } from "./list-line.ts";

export type ListReadOptions = LineReadOptions & {
  /** What every line is taken for; without it each value decides. */
  type?: WantedType;
};

/**
 * Reads plain lists: one value a line, comments (`#`, `;`, `//`, also after a value), hosts files,
 * further columns behind spaces or tabs, and spans of addresses (`a-b`). One batch for about 64 kB.
 */
export async function* readList(
  source: ByteSource,
  options: ListReadOptions,
): AsyncGenerator<ReadingBatch> {
  for await (const block of lineBlocks(source, options)) {
    const line = block.first + block.lines.length - 1;
    yield { ...readBlock(block, options.type), offset: block.end, line };
  }
}

function readBlock(
  block: LineBlock,
  wanted: WantedType | undefined,
): { readings: Reading[]; ignored: Ignored[] } {
  const readings: Reading[] = [];
  let ownNames = 0;
  for (const [index, line] of block.lines.entries()) {
    const reason = block.broken.get(index);
    const number = block.first + index;
    if (reason !== undefined) {
      readings.push(rejection(number, line, { reason, remedy: "Save the list as UTF-8" }));
      continue;
    }
    const found = readListLine(line);
    if (found.kind === "own-name") ownNames++;
    if (found.kind !== "values") continue;
    for (const value of found.values) pushReadings(value, wanted, number, readings);
  }
  const reason = "names that a hosts file gives to the machine itself";
  return { readings, ignored: ownNames === 0 ? [] : [{ reason, count: ownNames }] };
}

function pushReadings(
  value: string,
  wanted: WantedType | undefined,
  line: number,
  out: Reading[],
): void {
  const targets = targetsOf(value, wanted);
  if (!targets.ok) {
    out.push(rejection(line, value, targets.error));
    return;
  }
  for (const target of targets.value) {
    const indicator = {
      type: target.type,
      value: target.value,
      severity: null,
      scanAction: null,
      tags: NO_TAGS,
      description: "",
      expires: null,
    };
    out.push({ kind: "indicator", line, indicator });
  }
}
