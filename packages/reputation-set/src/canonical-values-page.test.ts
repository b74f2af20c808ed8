import { readFileSync } from "node:fs";
import { EntryType } from "@breakwater/protocol";
import { describe, expect, test } from "vitest";
import { canonicalValue } from "./canonical-value.ts";

const PAGE = readFileSync(new URL("../../../docs/canonical-values.md", import.meta.url), "utf8");
const ROW = /^\| `([^`]+)` \| `([^`]+)` \| (?:`([^`]+)`|(refused)) \|/gm;
const TYPES: ReadonlySet<string> = new Set(EntryType.options);

const rows = [...PAGE.matchAll(ROW)].flatMap(([, type = "", written = "", stored]) =>
  TYPES.has(type) ? [{ type: EntryType.parse(type), written, stored }] : [],
);

describe("the page on canonical values", () => {
  test("has cases of every type", () => {
    expect(new Set(rows.map(({ type }) => type))).toEqual(TYPES);
  });

  test.each(rows)("$type $written → $stored", ({ type, written, stored }) => {
    const result = canonicalValue(type, written);
    if (stored !== undefined) return expect(result).toEqual({ ok: true, value: stored });
    const error = {
      value: expect.any(String),
      reason: expect.stringMatching(/./),
      remedy: expect.stringMatching(/./),
    };
    expect(result).toMatchObject({ ok: false, error });
  });
});
