import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { inChunks } from "../reading.test-helper.ts";
import { lineBlocks } from "./line-blocks.ts";
import { MAX_LINE } from "./line-cutter.ts";

type Line = { line: number; text: string; broken?: string };

async function linesOf(input: string | Buffer, ...sizes: number[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const block of lineBlocks(inChunks(input, ...sizes), { now: 0 })) {
    for (const [index, text] of block.lines.entries()) {
      const broken = block.broken.get(index);
      lines.push({ line: block.first + index, text, ...(broken === undefined ? {} : { broken }) });
    }
  }
  return lines;
}

const texts = async (input: string | Buffer, ...sizes: number[]) =>
  (await linesOf(input, ...sizes)).map(({ text }) => text);

describe("lines", () => {
  test.each([
    ["a\nb\nc", ["a", "b", "c"]],
    ["a\r\nb\r\n", ["a", "b"]],
    ["a\rb\r", ["a", "b"]],
    ["a\n\nb", ["a", "", "b"]],
    ["\n", [""]],
    ["", []],
    ["é\nü", ["é", "ü"]],
  ])("of %j", async (input, expected) => {
    expect(await texts(input, 1)).toEqual(expected);
  });

  const utf16be = Buffer.from("\ufeffé1\nb", "utf16le").swap16();
  test.each<[string, Buffer]>([
    ["UTF-8 with a mark", Buffer.from("\ufeffé1\nb")],
    ["UTF-16 LE with a mark", Buffer.from("\ufeffé1\nb", "utf16le")],
    ["UTF-16 BE with a mark", utf16be],
    ["UTF-16 LE without a mark", Buffer.from("é1\nb", "utf16le")],
    ["UTF-16 BE without a mark", utf16be.subarray(2)],
    ["gzip", gzipSync("é1\nb")],
    ["two members of gzip", Buffer.concat([gzipSync("é1\n"), gzipSync("b")])],
  ])("of %s", async (_, input) => {
    expect(await texts(input, 1)).toEqual(["é1", "b"]);
  });

  test("a line with bytes that are no characters is broken, the others are not", async () => {
    const input = Buffer.concat([
      Buffer.from("é\n"),
      Buffer.from([0x62, 0xfc]),
      Buffer.from("\nc"),
    ]);
    expect(await linesOf(input)).toEqual([
      { line: 1, text: "é" },
      { line: 2, text: "b\ufffd", broken: "the line has bytes that are not UTF-8" },
      { line: 3, text: "c" },
    ]);
    const halfPair = Buffer.from("\ufeffa\nb\ud800\nc", "utf16le");
    expect((await linesOf(halfPair)).map(({ broken }) => broken !== undefined)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test.each(["\n", "\r\n", "\r"])("a line may be as long as the limit, before %j", async (end) => {
    const full = "x".repeat(MAX_LINE);
    expect(await texts(`a${end}${full}${end}b`)).toEqual(["a", full, "b"]);
    const lines = await linesOf(`a${end}${full}xxx${end}b${end}${full.repeat(3)}`);
    expect(
      lines.map(({ line, text, broken }) => [line, text.length, broken?.slice(0, 22)]),
    ).toEqual([
      [1, 1, undefined],
      [2, 200, "the line is longer tha"],
      [3, 1, undefined],
      [4, 200, "the line is longer tha"],
    ]);
  });
});

test.each<[string, Buffer, RegExp]>([
  ["zip", Buffer.from("PK\x03\x04rest"), /zip file.*gzip/],
  ["xz", Buffer.from("\xfd7zXZ\0", "latin1"), /xz file/],
  ["UTF-32", Buffer.from("\ufeff\0a\0", "utf16le"), /UTF-32.*UTF-8/],
  ["damaged gzip", gzipSync("abc".repeat(100)).subarray(0, 20), /gzip data are damaged/],
  ["a bomb", gzipSync(Buffer.alloc(1_000_000)), /longer than 1000 bytes unpacked/],
])("%s is refused as a whole", async (_, input, message) => {
  const read = async () => {
    for await (const block of lineBlocks(inChunks(input, 7), { now: 0, maxBytes: 1000 }))
      void block;
  };
  await expect(read()).rejects.toThrow(message);
});

test("the source is closed when reading stops early", async () => {
  const random = randomBytes(2_000_000).toString("base64").replaceAll("A", "\n");
  for (const input of [Buffer.from(random), gzipSync(random)]) {
    let closed = "";
    async function* source() {
      try {
        yield* inChunks(input, 1000);
        closed = "at the end";
      } finally {
        closed ||= "early";
      }
    }
    for await (const block of lineBlocks(source(), { now: 0 })) {
      expect(block.lines.length).toBeGreaterThan(100);
      break;
    }
    await vi.waitFor(() => expect(closed).toBe("early"));
  }
});

test("an error of the source is handed on as it is", async () => {
  async function* broken() {
    yield gzipSync("abc").subarray(0, 12);
    throw new Error("disk on fire");
  }
  const read = async () => {
    for await (const block of lineBlocks(broken(), { now: 0 })) void block;
  };
  await expect(read()).rejects.toThrow("disk on fire");
});

test("where chunks begin and end makes no difference", async () => {
  const piece = fc.oneof(
    fc.constantFrom("\n", "\r", "\r\n", "é", "\ufeff", "x".repeat(40_000)),
    fc.string(),
    fc.uint8Array({ maxLength: 10 }),
  );
  const input = fc
    .array(piece, { maxLength: 12 })
    .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  const refusedOr = (lines: Promise<Line[]>) => lines.catch((error: Error) => error.message);
  await fc.assert(
    fc.asyncProperty(
      input,
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }),
      async (bytes, sizes) => {
        expect(await refusedOr(linesOf(bytes, ...sizes))).toEqual(await refusedOr(linesOf(bytes)));
      },
    ),
    { numRuns: 300 },
  );
});
