import type { Clock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import type { JobError } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { changeLockedJob } from "./change-job.ts";
import type { JobKinds } from "./job-kind.ts";
import { MOST_TAKEOVERS } from "./job-step.ts";
import { type JobRow, lockClaimable, saveError } from "./store.ts";

export type ClaimDeps = { db: Db; clock: Clock; kinds: JobKinds };

/** Takes the next job for `owner`; undefined when none waits. */
export async function claimJob(deps: ClaimDeps, owner: string): Promise<JobRow | undefined> {
  for (;;) {
    const claimed = await transaction(deps.db, async (tx) => {
      const now = deps.clock.now();
      const row = await lockClaimable(tx, [...deps.kinds.keys()], now);
      if (row === undefined) return undefined;
      const input = { type: "claim", owner, now: now.getTime() } as const;
      const life = await changeLockedJob(tx, row, { input, now, facts: { started: now } });
      if (life?.state === "failed") await saveError(tx, row.id, endsItsProcess());
      return life === undefined ? undefined : { row, life };
    });
    if (claimed === undefined) return undefined;
    if (claimed.life.state === "running") return claimed.row;
  }
}

function endsItsProcess(): JobError {
  return {
    message: `It was interrupted ${MOST_TAKEOVERS + 1} times in a row without getting further.`,
    remedy: "Look into the log for what ended the process, for instance too little memory.",
    requestId: crypto.randomUUID(),
  };
}
