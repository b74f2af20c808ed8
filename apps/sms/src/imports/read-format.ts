import {
  type ByteSource,
  type ColumnRole,
  type Position,
  type ReadingBatch,
  readCsv,
  readList,
  readMisp,
  readStix,
} from "@breakwater/indicators";
import { ColumnUse, type ImportOptions } from "@breakwater/protocol";

export type ReadPlan = Pick<ImportOptions, "format" | "mapping"> & {
  defaults: Pick<ImportOptions["defaults"], "type">;
};

/** Formats that can go on in the middle of a file; the others are read as a whole. */
export function isByLine({ format }: Pick<ReadPlan, "format">): boolean {
  return format === "csv" || format === "list";
}

/** What a file holds, read as its options say. Throws AppError for what is no such file. */
export function readFormat(
  source: ByteSource,
  { format, mapping, defaults }: ReadPlan,
  options: { now: number; from?: Position },
): AsyncGenerator<ReadingBatch> {
  switch (format) {
    case "csv": {
      const columns = mapping.columns.map(roleOf);
      return readCsv(source, { ...mapping, columns }, options);
    }
    case "list":
      return readList(source, {
        ...options,
        ...(defaults.type === null ? {} : { type: defaults.type }),
      });
    case "stix":
      return readStix(source, options);
    case "misp":
      return readMisp(source, options);
  }
}

function roleOf(use: ColumnUse): ColumnRole {
  return typeof use === "string" ? use : `tag:${use.tag}`;
}

export function useOf(role: ColumnRole): ColumnUse {
  return ColumnUse.parse(role.startsWith("tag:") ? { tag: role.slice(4) } : role);
}
