import { type BenchStack, startBenchStack } from "./lib/bench-stack.ts";
import { figure, percentile } from "./lib/figures.ts";
import { importEntries } from "./lib/import-entries.ts";
import { loadedObject } from "./lib/objects.ts";
import { readBenchOptions } from "./lib/options.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * How long the SMS takes to answer what people ask of its reputation database.
 *
 *   lookup.*            one value: itself, the ranges around it, the parents of its name
 *   search.p95_ms       the first page of a query, one figure for every kind of query
 *   facets.p95_ms       the counts beside it
 *
 * Times are the server's own, from the head of the request to its answer (`server-timing`). One
 * request at a time, nothing else going on.
 */

const options = readBenchOptions();
const entries = options.entries ?? (options.quick ? 100_000 : 1_000_000);
const lookUps = options.quick ? 1000 : 5000;
const rounds = options.quick ? 5 : 20;

/** One entry in fifty is a range; the others are those of all benchmarks. */
function valueOf(n: number): string {
  if (n % 50 !== 49) return loadedObject(n).sent;
  const network = n * 64;
  return `${64 + (network >>> 24)}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.${network & 255}/26`;
}

const QUERIES = {
  everything: "",
  address: valueOf(0),
  range: "33.0.0.0/12",
  covering: `covering:${addressIn(49)}`,
  prefix: "host-1*",
  substring: "*ost-12*",
  rare_substring: "*nothing-of-it*",
  type: "type:url",
  source: "source:Bench",
  severity: "severity:Low",
  state: "state:no-device",
  tag: "has:tag -severity:High",
  expires: "expires:<24h",
  added: "added:<1h",
  several: "type:domain severity:High -*loaded*",
};

await withCleanUp(async (onStop) => {
  const stack = await startBenchStack(onStop);
  await importEntries(stack, { source: "Bench", count: entries, valueOf });
  const ask = asker(stack);
  await measureLookUps(ask);
  await measureSearches(ask);
});

type Ask = (path: string, query: Record<string, string>) => Promise<number>;

/** Answers the milliseconds that the server says it took. */
function asker({ smsRequest }: BenchStack): Ask {
  return async (path, query) => {
    const answer = await smsRequest(`${path}?${new URLSearchParams(query)}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    const [, ms] = /app;dur=([\d.]+)/.exec(answer.headers.get("server-timing") ?? "") ?? [];
    return Number(ms);
  };
}

async function measureLookUps(ask: Ask): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < lookUps + 200; n += 1) {
    const ms = await ask("/api/v1/reputation/lookup", { value: lookedUp(n) });
    // The first ones warm up caches and compiler.
    if (n >= 200) times.push(ms);
  }
  const context = { entries, lookUps };
  figure("lookup.p50_ms", percentile(times, 0.5), "ms", context);
  figure("lookup.p99_ms", percentile(times, 0.99), "ms", context);
}

/** By turns: an entry, an address in a range, a name below an entry, and what is not there at all. */
function lookedUp(n: number): string {
  const at = Math.imul(n, 7919) % entries;
  switch (n % 4) {
    case 0:
      return valueOf(at);
    case 1:
      return addressIn(at - (at % 50) + 49);
    case 2:
      return `www.${loadedObject(at - (at % 10) + 7).sent}`;
    default:
      return n % 8 === 3 ? `miss-${n}.nowhere.example` : `11.${n & 255}.${(n >> 8) & 255}.9`;
  }
}

function addressIn(n: number): string {
  return (valueOf(n).split("/")[0] ?? "").replace(/\d+$/, (last) => String(Number(last) + 5));
}

async function measureSearches(ask: Ask): Promise<void> {
  const context = { entries, rounds };
  for (const [kind, q] of Object.entries(QUERIES)) {
    const pages = await repeat(() => ask("/api/v1/reputation/entries", { q, limit: "50" }));
    figure("search.p95_ms", percentile(pages, 0.95), "ms", { kind, ...context });
    const counts = await repeat(() => ask("/api/v1/reputation/facets", { q }));
    figure("facets.p95_ms", percentile(counts, 0.95), "ms", { kind, ...context });
  }
}

async function repeat(work: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await work());
  return times;
}
