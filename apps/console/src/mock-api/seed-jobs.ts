import { type Job, JobId, type JobRejection } from "@breakwater/protocol";
import type { MockJob } from "./mock-jobs.ts";
import type { Random } from "./random.ts";

const HOUR = 3_600_000;

/** One job in every state. */
export function seedJobs(random: Random): MockJob[] {
  const job = (hours: number, patch: Partial<Job>): Job => {
    const created = new Date(Date.now() - hours * HOUR).toISOString();
    return {
      id: JobId.parse(random.uuid()),
      kind: "import",
      title: "Import",
      state: "succeeded",
      progress: { done: 0, total: 0, unit: "lines", note: "" },
      created,
      createdBy: "mara",
      started: created,
      finished: new Date(Date.now() - hours * HOUR + 41_000).toISOString(),
      nextAttempt: null,
      result: null,
      error: null,
      rejections: 0,
      cancelRequested: null,
      canCancel: false,
      canUndo: false,
      undoUntil: null,
      undoOf: null,
      undoneBy: null,
      ...patch,
    };
  };
  const kept = (one: Job, rejections: JobRejection[] = []): MockJob => ({
    job: one,
    lasts: 0,
    finish: () => one.result,
    undo: one.canUndo ? () => undefined : undefined,
    rejections,
  });
  const refused = Array.from({ length: 64 }, (_, index) => refusal(index));
  return [
    kept(
      job(0.01, {
        kind: "feed-run",
        title: "Run of the feed abuse.example",
        state: "running",
        progress: { done: 41_200, total: 112_431, unit: "lines", note: "Comparing with the list" },
        createdBy: "schedule",
        finished: null,
        canCancel: true,
      }),
    ),
    kept(
      job(2, {
        title: "Import of partner-2026-11.csv",
        progress: { done: 12_431, total: 12_431, unit: "lines", note: "" },
        result: { read: 12_431, added: 12_102, changed: 240, unchanged: 25, rejected: 64, held: 3 },
        rejections: refused.length,
        canUndo: true,
        undoUntil: new Date(Date.now() + 29 * 24 * HOUR).toISOString(),
      }),
      refused,
    ),
    kept(
      job(7, {
        kind: "feed-run",
        title: "Run of the feed misp.example",
        state: "failed",
        progress: { done: 0, total: null, unit: "bytes", note: "" },
        createdBy: "schedule",
        error: {
          message: "The server misp.example answered 403.",
          remedy: "Check the token of the feed.",
          requestId: "req-7f3a21",
        },
      }),
    ),
    kept(
      job(30, {
        kind: "bulk",
        title: "Set severity of 1,771 entries",
        state: "cancelled",
        progress: { done: 600, total: 1_771, unit: "entries", note: "" },
        createdBy: "jin",
      }),
    ),
  ];
}

function refusal(index: number): JobRejection {
  return index % 2 === 0
    ? {
        line: 17 + index * 180,
        value: `*.wild-${index}.example`,
        reason: "Wildcards are not values.",
        remedy: "Enter the domain alone; its subdomains are covered.",
      }
    : {
        line: 17 + index * 180,
        value: `300.1.2.${index}`,
        reason: "This is no address, range, domain, URL or hash.",
        remedy: "Check it for typing errors.",
      };
}
