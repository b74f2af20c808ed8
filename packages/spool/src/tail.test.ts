import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { SourcePosition } from "./source-position.ts";
import { Tail } from "./tail.ts";

const root = mkdtempSync(join(tmpdir(), "tail-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

function newDirectory(): string {
  const directory = join(root, String(made++));
  mkdirSync(directory);
  return directory;
}

async function drain(tail: Tail, into: string[]): Promise<SourcePosition | undefined> {
  let position: SourcePosition | undefined;
  for (let empty = 0; empty < 4; ) {
    const chunk = await tail.next();
    if (chunk === undefined) {
      empty += 1;
      continue;
    }
    into.push(...chunk.lines);
    position = chunk.position;
  }
  return position;
}

type Action =
  | { do: "write"; lines: number; cut: number }
  | { do: "rotate"; reopen: boolean }
  | { do: "read" }
  | { do: "restart" };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant("write" as const),
    lines: fc.integer({ min: 1, max: 30 }),
    cut: fc.nat(40),
  }),
  fc.record({ do: fc.constant("rotate" as const), reopen: fc.boolean() }),
  fc.constant({ do: "read" as const }),
  fc.constant({ do: "restart" as const }),
);

/** A writer that cuts lines at any byte and goes on in the renamed file until it is told to reopen. */
class Writer {
  readonly #path: string;
  #writing: string;
  #pending = "";
  #rotations = 0;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
    this.#writing = path;
    writeFileSync(path, "");
  }

  get lines(): string[] {
    return Array.from({ length: this.#lines }, (_, i) => lineOf(i));
  }

  write(count: number, cut: number): void {
    for (let i = 0; i < count; i += 1) this.#pending += `${lineOf(this.#lines++)}\n`;
    const part = this.#pending.slice(0, Math.max(0, this.#pending.length - cut));
    this.#pending = this.#pending.slice(part.length);
    appendFileSync(this.#writing, part);
  }

  rotate(reopen: boolean): void {
    this.flush();
    if (this.#writing === this.#path) {
      this.#writing = `${this.#path}.${++this.#rotations}`;
      renameSync(this.#path, this.#writing);
    }
    if (!reopen) return;
    this.#writing = this.#path;
    writeFileSync(this.#path, "");
  }

  flush(): void {
    appendFileSync(this.#writing, this.#pending);
    this.#pending = "";
  }
}

function lineOf(n: number): string {
  return `line ${n} ${"x".repeat(n % 50)}`;
}

test("every line is read once and in order across rotations, half lines and restarts", async () => {
  const small = { chunkBytes: 64, maxLineBytes: 1000 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 1, maxLength: 40, size: "max" }),
      async (actions) => {
        const path = join(newDirectory(), "eve.json");
        const writer = new Writer(path);
        const read: string[] = [];
        let from: SourcePosition | undefined;
        let tail = new Tail({ path, from, ...small });
        for (const next of [...actions, { do: "rotate", reopen: true } as const]) {
          if (next.do === "write") writer.write(next.lines, next.cut);
          else if (next.do === "rotate") writer.rotate(next.reopen);
          else from = (await drain(tail, read)) ?? from;
          if (next.do === "restart") {
            await tail.close();
            tail = new Tail({ path, from, ...small });
          }
        }
        await drain(tail, read);
        expect(read).toEqual(writer.lines);
        expect(tail.stats.lostStart).toBe(false);
        await tail.close();
      },
    ),
    { numRuns: 60 },
  );
});

test("files written in one tick of the clock are read in the order of their numbers", async () => {
  const path = join(newDirectory(), "eve.json");
  const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
  for (const n of numbers) {
    writeFileSync(`${path}.${n}`, `line ${n}\n`);
    utimesSync(`${path}.${n}`, 1000, 1000);
  }
  writeFileSync(path, "last\n");
  const tail = new Tail({ path, from: undefined });
  const read: string[] = [];
  await drain(tail, read);
  expect(read).toEqual([...numbers.map((n) => `line ${n}`), "last"]);
  await tail.close();
});

test("names the rotated files that are read to their end", async () => {
  const path = join(newDirectory(), "eve.json");
  const writer = new Writer(path);
  const tail = new Tail({ path, from: undefined });
  writer.write(3, 0);
  writer.rotate(true);
  writer.write(2, 0);
  const read: string[] = [];
  await drain(tail, read);
  expect(read).toHaveLength(5);
  expect(tail.takeFinished()).toEqual([`${path}.1`]);
  expect(tail.takeFinished()).toEqual([]);
  await tail.close();
});

test("a truncated file is read again from its start, also when it has grown past the old place", async () => {
  const path = join(newDirectory(), "eve.json");
  writeFileSync(path, "first line\nsecond line\n");
  const tail = new Tail({ path, from: undefined });
  const read: string[] = [];
  await drain(tail, read);
  truncateSync(path, 0);
  appendFileSync(path, "third\n");
  await drain(tail, read);
  writeFileSync(path, `${"fourth, much longer than what was there\n".repeat(3)}`);
  await drain(tail, read);
  expect(read.slice(2)).toEqual([
    "third",
    ...Array(3).fill("fourth, much longer than what was there"),
  ]);
  expect(tail.stats.truncations).toBe(2);
  await tail.close();
});

test("a line beyond the limit is skipped and counted, its neighbours are read", async () => {
  const path = join(newDirectory(), "eve.json");
  writeFileSync(path, `before\n${"y".repeat(5000)}\nafter\n`);
  const tail = new Tail({ path, from: undefined, chunkBytes: 100, maxLineBytes: 1000 });
  const read: string[] = [];
  await drain(tail, read);
  expect(read).toEqual(["before", "after"]);
  expect(tail.stats.oversizedLines).toBe(1);
  await tail.close();
});

test("a file that was replaced while the reader was away is not taken for the old one", async () => {
  const path = join(newDirectory(), "eve.json");
  writeFileSync(path, "old 1\nold 2\n");
  const first = new Tail({ path, from: undefined });
  const read: string[] = [];
  const from = await drain(first, read);
  await first.close();
  writeFileSync(path, "new 1\nnew 2\nnew 3\n");
  const second = new Tail({ path, from });
  await drain(second, read);
  expect(read).toEqual(["old 1", "old 2", "new 1", "new 2", "new 3"]);
  expect(second.stats.lostStart).toBe(true);
  await second.close();
});
