import { eventually } from "@breakwater/testkit";
import type { BenchStack } from "./bench-stack.ts";
import { progress } from "./figures.ts";

const LINES_AT_ONCE = 2000;
const LONGEST_IMPORT_MS = 1_800_000;

export type ImportedEntries = {
  /** The source that asserts them afterwards. */
  source: string;
  count: number;
  /** Value number `n`, from 0 on: an address, a range, a name, a URL or a hash. */
  valueOf: (n: number) => string;
};

/** Uploads a list of values and waits for its import; answers the seconds that both took. */
export async function importEntries(
  { sms }: Pick<BenchStack, "sms">,
  entries: ImportedEntries,
): Promise<number> {
  const started = performance.now();
  const upload = await sms("POST /api/v1/imports", {
    query: { name: `${entries.source}.csv` },
    body: linesOf(entries),
  });
  const { id } = await sms("POST /api/v1/imports/{id}/start", {
    params: { id: upload.id },
    body: {
      source: entries.source,
      format: "csv",
      mapping: { delimiter: ",", header: true, columns: ["value", "severity"] },
      defaults: { severity: null, scanAction: null, tags: {}, expires: null, type: null },
      mode: "add",
    },
  });
  await eventually(
    "the import is done",
    async () => {
      const job = await sms("GET /api/v1/jobs/{id}", { params: { id } });
      if (job.state === "failed") throw new Error(`the import failed: ${job.error?.message}`);
      if (job.state === "succeeded" && job.rejections > 0) {
        throw new Error(`${job.rejections} of the generated values were refused`);
      }
      return job.state === "succeeded";
    },
    LONGEST_IMPORT_MS,
  );
  const seconds = (performance.now() - started) / 1000;
  progress(`${entries.count} entries imported in ${seconds.toFixed(1)} s`);
  return seconds;
}

async function* linesOf({ count, valueOf }: ImportedEntries): AsyncGenerator<Uint8Array> {
  yield Buffer.from("value,severity\n");
  for (let start = 0; start < count; start += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, count - start);
    const lines = Array.from({ length }, (_, n) => `${valueOf(start + n)},High\n`);
    yield Buffer.from(lines.join(""));
  }
}
