import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPool } from "../db/pool.ts";
import { withRetry } from "../db/retry.ts";
import { noLog } from "../log.ts";
import { makeFolder, QUICK, removeFolder, until } from "./server-process.test-helper.ts";
import { type EmbeddedPostgres, startPostgres } from "./start-postgres.ts";

const ROUNDS = 20;
const WRITERS = 4;

let folder: string;
let server: EmbeddedPostgres;
let pool: pg.Pool;

beforeAll(async () => {
  folder = await makeFolder();
  server = await startPostgres({ dataDir: join(folder, "data"), log: noLog, settings: QUICK });
  pool = createPool(server.url("postgres"), { log: noLog, max: WRITERS });
  await pool.query("create table written (id text primary key, filler text)");
});
afterAll(async () => {
  await pool.end();
  await server.stop();
  await removeFolder(folder);
});

it("loses nothing that was acknowledged when the server is killed during commits", async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const victim = server.pid;
    let killed = false;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; !killed; n++) {
        const id = `${round}-${writer}-${n}`;
        try {
          await pool.query("insert into written values ($1, repeat('x', 200))", [id]);
          acknowledged.push(id);
        } catch {
          return;
        }
      }
    });
    await sleep(100);
    process.kill(victim ?? 0, "SIGKILL");
    killed = true;
    await Promise.all(writers);
    // A backend may answer for a moment after its server died.
    await until(async () => server.phase === "running" && server.pid !== victim);
    await withRetry(() => pool.query("select 1"), { attempts: 40, firstWaitMs: 20 });
  }
  const { rows } = await pool.query<{ lost: string }>(
    "select id as lost from unnest($1::text[]) as id except select id from written",
    [acknowledged],
  );
  expect(rows).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
}, 180_000);
