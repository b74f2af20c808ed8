import pg from "pg";

const { builtins } = pg.types;
const INT8_ARRAY = 1016;

/** bigint as a number: exact up to 2^53, an error above (never a rounded value). */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`bigint ${text} does not fit a JavaScript number; select it as text`);
}

function parseInt8Array(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  return inner.split(",").map((part) => (part === "NULL" ? null : parseInt8(part)));
}

/**
 * How column values reach JavaScript where the driver's own choice is a trap: bigint as number,
 * `date` and `timestamp` without zone as text (the driver would read them in local time).
 * timestamptz stays a Date (milliseconds; `infinity` becomes the number Infinity), numeric text.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text" | "binary" = "text") => {
    if (format === "binary") return pg.types.getTypeParser(oid, format);
    switch (oid) {
      case builtins.INT8:
        return parseInt8;
      case INT8_ARRAY:
        return parseInt8Array;
      case builtins.DATE:
      case builtins.TIMESTAMP:
        return (text: string) => text;
      default:
        return pg.types.getTypeParser(oid, format);
    }
  }) as pg.CustomTypesConfig["getTypeParser"],
};
