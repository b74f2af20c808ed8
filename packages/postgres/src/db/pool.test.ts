import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { json } from "./db.ts";
import { isPassing, withRetry } from "./retry.ts";
import { transaction } from "./transaction.ts";

type Schema = { note: { id: number; body: string } };
let test: TestDatabase<Schema>;

beforeAll(async () => {
  test = await createTestDatabase<Schema>([
    { id: "0001-note", sql: "create table note (id bigint primary key, body text not null)" },
  ]);
});
afterAll(() => test.drop());

async function value(expression: string): Promise<unknown> {
  const { rows } = await test.pool.query(`select ${expression} as value`);
  return rows[0]?.value;
}

describe("values", () => {
  it.each([
    ["9007199254740991::bigint", Number.MAX_SAFE_INTEGER],
    ["array[1, null]::bigint[]", [1, null]],
    ["'{}'::bigint[]", []],
    ["date '2026-03-29'", "2026-03-29"],
    ["timestamptz '2026-03-29 01:30:00+02'", new Date("2026-03-28T23:30:00Z")],
    ["numeric '0.10'", "0.10"],
    [`'{"a":[1]}'::jsonb`, { a: [1] }],
    ["inet '10.0.0.0/8'", "10.0.0.0/8"],
  ])("reads %s exactly", async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  it("refuses a bigint that would be rounded", async () => {
    await expect(value("9007199254740993::bigint")).rejects.toThrow(/does not fit/);
  });

  it("sends arrays as json where json is meant", async () => {
    const { rows } = await sql<{ value: unknown }>`select ${json([{ a: 1 }])} as value`.execute(
      test.db,
    );
    expect(rows).toEqual([{ value: [{ a: 1 }] }]);
  });
});

const endConnection = "select pg_terminate_backend(pg_backend_pid())";

describe("a lost connection", () => {
  it("is replaced", async () => {
    await expect(test.pool.query(endConnection)).rejects.toThrow(/terminat/);
    expect(await value("1")).toBe(1);
  });

  it("between two statements of a transaction fails the transaction, not the process", async () => {
    const work = transaction(test.db, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await test.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sql`select 1`.execute(tx);
    });
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(isPassing(error)).toBe(true);
    expect(await value("1")).toBe(1);
  });
});

describe("transaction", () => {
  const insert = (id: number) => ({ id, body: "x" });

  it("rolls back and throws what the work threw", async () => {
    const failure = new Error("mine");
    const work = transaction(test.db, async (tx) => {
      await tx.insertInto("note").values(insert(1)).execute();
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(await test.db.selectFrom("note").selectAll().execute()).toEqual([]);
  });

  it("throws what the work threw even when the rollback fails", async () => {
    const failure = new Error("mine");
    const work = transaction(test.db, async (tx) => {
      await sql
        .raw(endConnection)
        .execute(tx)
        .catch(() => {});
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
  });

  it("joins the one it is called in", async () => {
    await transaction(test.db, async (outer) => {
      await transaction(outer, (inner) => inner.insertInto("note").values(insert(2)).execute());
      throw new Error("undo both");
    }).catch(() => {});
    expect(await test.db.selectFrom("note").selectAll().execute()).toEqual([]);
  });
});

describe("withRetry", () => {
  it("repeats what failed because of a conflict, until it works", async () => {
    let attempts = 0;
    const done = await withRetry(
      () => {
        attempts++;
        return attempts < 3
          ? Promise.reject(Object.assign(new Error("conflict"), { code: "40001" }))
          : Promise.resolve("done");
      },
      { firstWaitMs: 1 },
    );
    expect([done, attempts]).toEqual(["done", 3]);
  });

  it("does not repeat a mistake", async () => {
    let attempts = 0;
    const work = withRetry(async () => {
      attempts++;
      await test.pool.query("select no_such_column");
    });
    await expect(work).rejects.toThrow(/no_such_column/);
    expect(attempts).toBe(1);
  });
});
