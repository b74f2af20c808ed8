import type { Job } from "@breakwater/protocol";
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
  mode?: "add" | "replace";
  /** Real lists hold lines that are refused; of generated values none may be. */
  mayRefuse?: boolean;
};

export type ImportDone = {
  /** From the first byte of the upload until the job had ended. */
  seconds: number;
  /** From the start of the job until its end, by the server's clock. */
  jobSeconds: number;
  counts: Readonly<Record<string, number | string>>;
};

/** Uploads a list of values and waits for its import. */
export async function importEntries(
  { sms }: Pick<BenchStack, "sms">,
  entries: ImportedEntries,
): Promise<ImportDone> {
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
      mode: entries.mode ?? "add",
    },
  });
  const job = () => sms("GET /api/v1/jobs/{id}", { params: { id } });
  await eventually(
    "the import is done",
    async () => isDone(await job(), entries),
    LONGEST_IMPORT_MS,
  );
  const seconds = (performance.now() - started) / 1000;
  const { started: from, finished: to, result } = await job();
  const jobSeconds = (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000;
  progress(`${entries.count} entries imported in ${seconds.toFixed(1)} s`);
  return { seconds, jobSeconds, counts: result ?? {} };
}

function isDone(job: Job, { mayRefuse = false }: ImportedEntries): boolean {
  if (job.state === "failed") throw new Error(`the import failed: ${job.error?.message}`);
  if (job.state !== "succeeded") return false;
  if (job.rejections > 0 && !mayRefuse)
    throw new Error(`${job.rejections} of the generated values were refused`);
  return true;
}

async function* linesOf({ count, valueOf }: ImportedEntries): AsyncGenerator<Uint8Array> {
  yield Buffer.from("value,severity\n");
  for (let start = 0; start < count; start += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, count - start);
    const lines = Array.from({ length }, (_, n) => `${valueOf(start + n)},High\n`);
    yield Buffer.from(lines.join(""));
  }
}
