import type { AccountsTables } from "@breakwater/accounts";
import { createTestDatabase, type TestDatabase } from "@breakwater/postgres/testing";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubMigrations } from "../open-database.ts";
import { keepPartitions } from "./partitions.ts";

let database: TestDatabase<AccountsTables>;

beforeAll(async () => {
  database = await createTestDatabase<AccountsTables>(await hubMigrations());
});
afterAll(() => database?.drop());

test("partitions are made a week ahead, once, and dropped after retention", async () => {
  const first = await keepPartitions(database.db, new Date("2026-02-27T23:59:59.999Z"), 2);
  expect(first.created).toEqual([
    "detection_20260226",
    "detection_20260227",
    "detection_20260228",
    "detection_20260301",
    "detection_20260302",
    "detection_20260303",
    "detection_20260304",
    "detection_20260305",
    "detection_20260306",
  ]);
  const product = crypto.randomUUID();
  await sql`
    insert into detection (received, rt, product_id, severity, rule_name, dvchost, src, dst, body)
    select t, t, ${product}, 1, '', '', '', '', '{}'
    from unnest(array['2026-02-26T00:00Z', '2026-02-27T23:59:59.999Z', '2026-03-01T00:00Z']::timestamptz[]) t`.execute(
    database.db,
  );
  const second = await keepPartitions(database.db, new Date("2026-03-01T00:00:00Z"), 2);
  expect(second).toEqual({
    created: ["detection_20260307", "detection_20260308"],
    dropped: ["detection_20260226"],
  });
  const { rows } = await sql<{ count: number }>`select count(*) from detection`.execute(
    database.db,
  );
  expect(rows).toEqual([{ count: 2 }]);
});

test("two processes at the same time do not get in each other's way", async () => {
  const now = new Date("2027-01-01T12:00:00Z");
  const both = await Promise.all([1, 2].map(() => keepPartitions(database.db, now, 30)));
  expect(both.flatMap(({ created }) => created).length).toBe(9);
});
