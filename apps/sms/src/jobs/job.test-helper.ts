import { type Clock, type Principal, SYSTEM_PRINCIPAL, silentLog } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { type ByteStream, type JobId, PERMISSIONS } from "@breakwater/protocol";
import { sql } from "kysely";
import { vi } from "vitest";
import { z } from "zod";
import type { Actor, AuditEntry } from "../audit.ts";
import type { Db } from "../database.ts";
import { type AnyJobKind, defineJobKind, type JobDeps, type JobKind, jobKindsOf } from "./index.ts";
import { JobRunner } from "./job-runner.ts";
import { findJob, type JobRow } from "./store.ts";

export const ADMINISTRATOR: Principal = {
  kind: "user",
  id: "u",
  name: "ada",
  via: "console",
  permissions: new Set(PERMISSIONS),
};
export const BY: Actor = { principal: ADMINISTRATOR, source: "198.51.100.1" };
export const BY_SYSTEM: Actor = { principal: SYSTEM_PRINCIPAL, source: "schedule" };

export class TestClock implements Clock {
  #now = Date.parse("2026-11-28T00:00:00Z");

  now(): Date {
    return new Date(this.#now);
  }

  move(ms: number): void {
    this.#now += ms;
  }
}

/** Lines that each stand in the table `counted` once, however often the work is interrupted. */
export async function createCounted(db: Db): Promise<void> {
  await sql`create table counted (line int primary key, value text not null)`.execute(db);
}

export async function countedLines(db: Db): Promise<number[]> {
  const { rows } = await sql<{ line: number }>`select line from counted order by line`.execute(db);
  return rows.map(({ line }) => line);
}

const BATCH = 5;
export const Counting = z.object({ name: z.string() });

export type CountLinesOptions = {
  db: Db;
  /** Called before each batch is stored. */
  before?: (line: number, signal: AbortSignal) => Promise<void>;
  key?: (params: z.infer<typeof Counting>) => string;
  attempts?: number;
};

/** Stores the lines of an upload in batches; the checkpoint is the offset of the next line. */
export function countLines({ db, before, key, attempts }: CountLinesOptions) {
  return defineJobKind({
    kind: "count-lines",
    permission: "reputation:write",
    params: Counting,
    checkpoint: z.object({ offset: z.number(), line: z.number() }),
    result: z.object({ lines: z.number() }),
    unit: "lines",
    title: ({ name }) => `Count ${name}`,
    ...(key === undefined ? {} : { key }),
    ...(attempts === undefined ? {} : { retry: { attempts } }),
    run: async (run) => {
      let { offset, line } = run.checkpoint ?? { offset: 0, line: 0 };
      for await (const batch of batchesOf(run.input(offset))) {
        await before?.(line, run.signal);
        await transaction(db, async (tx) => {
          for (const value of batch) {
            offset += value.length + 1;
            line += 1;
            if (value.startsWith("bad")) run.reject({ line, value, reason: "it is bad" });
            else await sql`insert into counted values (${line}, ${value})`.execute(tx);
          }
          run.progress(line, null, "counting");
          await run.saveCheckpoint(tx, { offset, line });
        });
      }
      return { lines: line };
    },
    undo: {
      withinMs: 3_600_000,
      run: async (run, undone) => {
        await transaction(db, async (tx) => {
          await sql`delete from counted`.execute(tx);
          await run.saveCheckpoint(tx, { offset: 0, line: 0 });
        });
        return { lines: Number(undone.result?.["lines"]) };
      },
    },
  });
}

async function* batchesOf(input: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let text = "";
  for await (const part of input) text += part.toString();
  const lines = text.split("\n").filter((line) => line !== "");
  for (let at = 0; at < lines.length; at += BATCH) yield lines.slice(at, at + BATCH);
}

export async function* upload(text: string): ByteStream {
  yield Buffer.from(text);
}

/** `count` lines, every seventh of them bad. */
export function linesOf(count: number): string {
  const line = (_: unknown, index: number) => `${index % 7 === 6 ? "bad" : "good"} ${index}\n`;
  return Array.from({ length: count }, line).join("");
}

export type Audited = Pick<AuditEntry, "action" | "object">;

export function testDeps(
  db: Db,
  clock: Clock,
  kinds: readonly AnyJobKind[],
): JobDeps & { audited: Audited[] } {
  const audited: Audited[] = [];
  return {
    db,
    clock,
    kinds: jobKindsOf(kinds),
    audited,
    audit: async (_tx, { action, object }) => {
      audited.push({ action, object });
    },
  };
}

export function testRunner(db: Db, clock: Clock, kind: JobKind<never> | AnyJobKind): JobRunner {
  const kinds = jobKindsOf([kind]);
  return new JobRunner({ db, clock, kinds, log: silentLog(), random: () => 1 }).start();
}

export async function jobRow(db: Db, id: JobId): Promise<JobRow> {
  const row = await findJob(db, id);
  if (row === undefined) throw new Error("no such job");
  return row;
}

/** The job as soon as it is in that state. */
export async function untilState(db: Db, id: JobId, state: JobRow["state"]): Promise<JobRow> {
  return vi.waitFor(
    async () => {
      const row = await jobRow(db, id);
      if (row.state === state) return row;
      throw new Error(`the job is ${row.state}, not ${state}: ${JSON.stringify(row.error)}`);
    },
    { timeout: 15_000, interval: 50 },
  );
}
