import type { Job } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { StateTone } from "../../ui/State.tsx";

export const JOB_STATES: Readonly<Record<Job["state"], { label: string; tone: StateTone }>> = {
  queued: { label: "Queued", tone: "none" },
  running: { label: "Running", tone: "busy" },
  succeeded: { label: "Done", tone: "ok" },
  failed: { label: "Failed", tone: "error" },
  cancelled: { label: "Cancelled", tone: "off" },
};

export function isLive(job: Pick<Job, "state">): boolean {
  return job.state === "queued" || job.state === "running";
}

/** "1,240 of 12,431 entries", or only how many when nobody knows the end. */
export function progressText({ done, total, unit }: Job["progress"]): string {
  const of = total === null ? "" : ` of ${formatExact(total)}`;
  return `${formatExact(done)}${of} ${unit}`.trim();
}

const RESULT_LABELS: Readonly<Record<string, string>> = {
  read: "Read",
  added: "Added",
  changed: "Changed",
  unchanged: "Unchanged",
  withdrawn: "Withdrawn",
  deleted: "Deleted",
  rejected: "Rejected",
  held: "Held back",
  released: "Released",
  discarded: "Discarded",
  restored: "Put back",
};

/** Terms of a job's result with their values, in the order the server gave. */
export function resultFacts(result: NonNullable<Job["result"]>): { term: string; value: string }[] {
  return Object.entries(result).map(([key, value]) => ({
    term: RESULT_LABELS[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    value: typeof value === "number" ? formatExact(value) : value,
  }));
}

/** The result in one line: "12,000 added, 12 rejected"; what is zero is left out. */
export function resultText(result: Job["result"]): string {
  return resultFacts(result ?? {})
    .filter(({ value }) => value !== "0" && value !== "")
    .map(({ term, value }) => `${value} ${term.toLowerCase()}`)
    .join(", ");
}
