import { toAppError } from "@breakwater/platform";
import { isPassing } from "@breakwater/postgres";
import { AppError, httpStatus, type JobError } from "@breakwater/protocol";
import type { JobRetry } from "./job-kind.ts";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;
/** Of every kind, when the database went away in the middle: nothing was committed then. */
const DATABASE_RETRY: JobRetry = { attempts: 10 };

export type JobFailure = {
  shown: JobError;
  /** `never`: the same will happen again. */
  passes: "never" | "perhaps" | "database";
};

/** Why a job failed, as people may read it. */
export function failureOf(error: unknown): JobFailure {
  const { message, details, code } = toAppError(error);
  const remedy = details.find((one) => one.remedy !== undefined)?.remedy;
  return {
    shown: {
      message,
      ...(remedy === undefined ? {} : { remedy }),
      requestId: crypto.randomUUID(),
    },
    passes: isPassing(error) ? "database" : mayPass(error, httpStatus(code)) ? "perhaps" : "never",
  };
}

/** When to try again, in milliseconds since 1970; null: not at all. `attempts`: those that failed. */
export function retryAt(options: {
  failure: JobFailure;
  attempts: number;
  retry: JobRetry | undefined;
  now: Date;
  random: () => number;
}): number | null {
  const { failure, attempts, retry, now, random } = options;
  const allowed = failure.passes === "database" ? DATABASE_RETRY : retry;
  if (failure.passes === "never" || attempts >= (allowed?.attempts ?? 1)) return null;
  const most = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  return Math.round(now.getTime() + most * (0.5 + random() / 2));
}

function mayPass(error: unknown, status: number): boolean {
  return !(error instanceof AppError) || status >= 500 || status === 429;
}
