import { expect, test } from "vitest";
import { EntryId } from "./ids.ts";

test("an entry id fits into the database's numbers", () => {
  expect(EntryId.safeParse("999999999999999999").success).toBe(true);
  expect(EntryId.safeParse("9".repeat(19)).success).toBe(false);
  expect(EntryId.safeParse("").success).toBe(false);
});
