import { afterAll, beforeAll, expect, it } from "vitest";
import { noLog } from "../log.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { listen } from "./listen.ts";
import { notify } from "./notify.ts";
import { transaction } from "./transaction.ts";

let test: TestDatabase<unknown>;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const send = (payload: string) => transaction(test.db, (tx) => notify(tx, "news", payload));

/** Collects calls and lets a test wait for the next one. */
function collector<T>() {
  const items: T[] = [];
  let wake = () => {};
  return {
    items,
    add(item: T) {
      items.push(item);
      wake();
    },
    async reach(count: number) {
      while (items.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

it("hears what was committed, and nothing that was not", async () => {
  const heard = collector<string>();
  const listener = await listen(test.url, "news", (text) => heard.add(text), {
    log: noLog,
    onReconnect: () => {},
  });
  await transaction(test.db, async (tx) => {
    await notify(tx, "news", "undone");
    throw new Error("no");
  }).catch(() => {});
  await send("done");
  await heard.reach(1);
  expect(heard.items).toEqual(["done"]);
  await listener.close();
});

it("comes back after its connection broke, and says that it may have missed something", async () => {
  const heard = collector<string>();
  const again = collector<true>();
  const listener = await listen(test.url, "news", (text) => heard.add(text), {
    log: noLog,
    onReconnect: () => again.add(true),
  });
  await test.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listen news'",
  );
  await again.reach(1);
  await send("after");
  await heard.reach(1);
  expect(heard.items).toEqual(["after"]);
  await listener.close();
});

it("waits for a server that is not there yet, and can be closed meanwhile", async () => {
  const nowhere = new URL(test.url);
  nowhere.pathname = "/not_there";
  const listening = await listen(nowhere.href, "news", () => {}, {
    log: noLog,
    onReconnect: () => {},
    signal: AbortSignal.timeout(200),
  });
  await expect(listening.close()).resolves.toBeUndefined();
});

it("refuses a notice that PostgreSQL would not carry", async () => {
  await expect(send("x".repeat(8_000))).rejects.toThrow(/too long/);
});
