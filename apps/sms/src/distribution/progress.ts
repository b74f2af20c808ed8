import { type DeviceReport, DISTRIBUTION_STEPS } from "@breakwater/protocol";
import type { Progress } from "./store.ts";

/*
 *   queued ──▶ sent ──▶ tested ──▶ loaded ──▶ verified (done)
 *      └─────────┴─────────┴──────────┴──▶ failed, with the engine's message
 *                                           │ a later report of the same distribution
 *                                           ▼ that did not fail: running again (retry)
 *   superseded: a newer distribution to the same device; it stays so.
 */

type Activation = NonNullable<DeviceReport["activation"]>;

/** Where one device's progress is after a report; undefined when nothing changes. */
export function nextProgress(before: Progress, activation: Activation): Progress | undefined {
  if (before.state === "superseded" || before.state === "done") return undefined;
  const next = activation.failed
    ? {
        ...before,
        step: activation.step,
        state: "failed" as const,
        message: activation.message ?? "The device gave no reason.",
      }
    : {
        ...before,
        step: laterStep(before, activation.step),
        state: activation.step === "verified" ? ("done" as const) : ("running" as const),
        message: activation.message ?? null,
      };
  const isSame =
    next.step === before.step && next.state === before.state && next.message === before.message;
  return isSame ? undefined : next;
}

/** A retry starts again from the step it is at; otherwise reports may come late and out of order. */
function laterStep(before: Progress, step: Progress["step"]): Progress["step"] {
  if (before.state === "failed") return step;
  const [old, now] = [before.step, step].map((one) => DISTRIBUTION_STEPS.indexOf(one));
  return (now ?? 0) > (old ?? 0) ? step : before.step;
}
