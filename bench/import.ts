import { startBenchStack } from "./lib/bench-stack.ts";
import { figure } from "./lib/figures.ts";
import { importEntries } from "./lib/import-entries.ts";
import { readBenchOptions } from "./lib/options.ts";
import { mixedValue, readRealValues } from "./lib/real-values.ts";
import { withCleanUp } from "./lib/with-clean-up.ts";

/*
 * A list of values goes into an empty reputation database, and then again, when nothing changes.
 *
 *   first byte of the upload ──▶ job started ──▶ every entry committed, counted and in the sets
 *   └────────────────────── import.rows_per_s ──────────────────────┘
 *                                └──────── import.job_rows_per_s ────────┘
 */

const options = readBenchOptions();
const entries = options.entries ?? (options.quick ? 100_000 : 1_000_000);

await withCleanUp(async (onStop) => {
  const real = await readRealValues(`${options.data}/indicators`);
  const stack = await startBenchStack(onStop);
  const list = {
    source: "Bench",
    count: entries,
    valueOf: (n: number) => mixedValue(real, n),
    mayRefuse: true,
  };
  const first = await importEntries(stack, list);
  const context = { entries, real: real.length, ...first.counts };
  figure("import.rows_per_s", entries / first.seconds, "rows/s", context);
  figure("import.job_rows_per_s", entries / first.jobSeconds, "rows/s", { entries });
  figure("import.peak_rss_mb", (await stack.smsPeakMemory()) / 1e6, "MB", { entries });
  const again = await importEntries(stack, { ...list, mode: "replace" });
  figure("import.refresh_rows_per_s", entries / again.seconds, "rows/s", {
    entries,
    ...again.counts,
  });
});
