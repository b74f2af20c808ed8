import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EntryType } from "@breakwater/protocol";
import { canonicalValue, ReputationIndex } from "@breakwater/reputation-set";
import { datasetStateLine, datasetType, formatAddress, parseAddress } from "@breakwater/suricata";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { place } from "./elements.ts";
import { writeFixedFiles } from "./engine-config.ts";
import { type EnginePaths, enginePaths } from "./engine-paths.ts";
import { writeGeneration } from "./generation.ts";
import { NO_POLICY, type Policy } from "./policy.ts";

let folder: string;
let paths: EnginePaths;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "generation-"));
  paths = enginePaths(folder);
  writeFixedFiles(paths);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Filters 1 and 2 have lanes, others none. */
const policy: Policy = {
  ...NO_POLICY,
  lane: (filter) => (filter === 1 ? "block" : filter === 2 ? "trust" : undefined),
};

const value = (type: EntryType, raw: string): [EntryType, string] => {
  const canonical = canonicalValue(type, raw);
  if (!canonical.ok) throw new Error(canonical.error.reason);
  return [type, canonical.value];
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const name = fc
  .array(label, { minLength: 1, maxLength: 11 })
  .map((labels) => `${labels.join(".")}.test`);
const member: fc.Arbitrary<[EntryType, string]> = fc.oneof(
  bytes(4).map((ip) => value("ipv4", formatAddress(ip))),
  bytes(16).map((ip) => value("ipv6", formatAddress(Uint8Array.of(0x20, ...ip.subarray(1))))),
  bytes(3).map((ip) =>
    value("ipv6", formatAddress(Uint8Array.of(0x20, ...ip, ...new Uint8Array(12)))),
  ),
  fc
    .tuple(bytes(4), fc.integer({ min: 20, max: 32 }))
    .map(([ip, prefix]) => value("cidr", `${formatAddress(ip)}/${prefix}`)),
  name.map((text) => value("domain", text)),
  name.map((text) => value("domain-exact", text)),
  bytes(32).map((hash) => value("sha256", Buffer.from(hash).toString("hex"))),
);

test("the files hold every member where it is to go, as if each were placed by itself", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(member, fc.integer({ min: 1, max: 3 })), { maxLength: 150 }),
      async (members) => {
        const index = new ReputationIndex();
        for (const [[type, text], filter] of members) index.put(type, text, filter);
        number += 1;
        const { generation, refused } = await writeGeneration(paths, number, { policy, index });
        const written = generation.datasets.flatMap(({ lane, kind, stateFile }) =>
          linesOf(stateFile).map((line) => `${lane} ${kind} ${kind === "ip" ? plain(line) : line}`),
        );
        const placed = placedOf(index);
        expect(written.sort()).toEqual(placed.live.sort());
        expect(refused.map(({ type, value: text }) => `${type} ${text}`).sort()).toEqual(
          placed.refused.sort(),
        );
        expect([...generation.counts.values()].reduce((sum, count) => sum + count)).toBe(
          written.length,
        );
      },
    ),
    { numRuns: 30 },
  );
});

function linesOf(stateFile: string): string[] {
  return readFileSync(join(paths.state, stateFile), "utf8").split("\n").slice(0, -1);
}

/** Addresses may be spelled in several ways. */
function plain(address: string): string {
  return Buffer.from(parseAddress(address) ?? []).toString("hex");
}

function placedOf(index: ReputationIndex): { live: string[]; refused: string[] } {
  const placed: { live: string[]; refused: string[] } = { live: [], refused: [] };
  for (const { type, value: text, filter } of index.members()) {
    const lane = policy.lane(filter);
    const placement = lane === undefined ? undefined : place(type, text, lane);
    if (placement?.how === "refused") placed.refused.push(`${type} ${text}`);
    if (placement?.how !== "live") continue;
    for (const { kind, value: one } of placement.elements) {
      if (kind === "url") continue;
      const line = kind === "ip" ? plain(one) : datasetStateLine(datasetType(kind), one).trimEnd();
      placed.live.push(`${lane} ${kind} ${line}`);
    }
  }
  return placed;
}
