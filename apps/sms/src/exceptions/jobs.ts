import type { Log } from "@breakwater/platform";
import { ExpiryTimer, type ReputationDeps } from "../reputation/index.ts";
import { endDueExceptions } from "./change-exception.ts";
import { nextEnd } from "./store.ts";

/** Ends exceptions at their time, to the millisecond. */
export function exceptionTimer(deps: ReputationDeps & { log: Log }): ExpiryTimer {
  return new ExpiryTimer({
    clock: deps.clock,
    log: deps.log,
    what: "exceptions",
    next: () => nextEnd(deps.db),
    expire: () => endDueExceptions(deps),
  });
}
