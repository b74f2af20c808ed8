import { nextRevision, transaction } from "@breakwater/postgres";
import {
  invalidField,
  type Job,
  type ProtectedValue,
  SAFEGUARD_LISTS,
  type SafeguardList,
  type SafeguardSettings,
  type Safeguards,
} from "@breakwater/protocol";
import { countItems, parseProtected } from "@breakwater/safeguards";
import type { Actor } from "../audit.ts";
import type { Executor } from "../database.ts";
import { type JobDeps, type JobKind, startJob } from "../jobs/index.ts";
import { LIST_TEXTS } from "./list-texts.ts";
import type { ReviewParams } from "./review-job.ts";
import { countHeld, loadSettings, SAFEGUARD_COUNTER, saveSettings } from "./store.ts";

export type SafeguardDeps = { jobs: JobDeps; review: JobKind<ReviewParams> };

export async function presentSafeguards(
  db: Executor,
  review: Job["id"] | null = null,
): Promise<Safeguards> {
  const settings = await loadSettings(db);
  const items = countItems(settings);
  return {
    settings,
    lists: SAFEGUARD_LISTS.map((id: SafeguardList) => ({
      id,
      ...LIST_TEXTS[id],
      items: items[id],
      enabled: settings.lists[id],
    })),
    held: await countHeld(db),
    review,
  };
}

/** Holds from the next change on; a job puts what is stored to the new settings. */
export async function changeSafeguards(
  { jobs, review }: SafeguardDeps,
  settings: SafeguardSettings,
  by: Actor,
): Promise<Safeguards> {
  checkValues("own", settings.own);
  checkValues("additions", settings.additions);
  const { db, audit } = jobs;
  const job = await transaction(db, async (tx) => {
    const revision = await nextRevision(tx, SAFEGUARD_COUNTER);
    const before = await loadSettings(tx);
    await saveSettings(tx, settings);
    await audit(tx, {
      by,
      action: "safeguards.change",
      object: "safeguards",
      before,
      after: settings,
    });
    return (await startJob(jobs, review, { params: { revision }, by, tx })).job;
  });
  return presentSafeguards(db, job.id);
}

function checkValues(field: "own" | "additions", values: readonly ProtectedValue[]): void {
  for (const [at, value] of values.entries()) {
    const parsed = parseProtected(value);
    if (parsed.ok) continue;
    const { reason, remedy = "Correct it" } = parsed.error;
    throw invalidField(`${field}.${at}.value`, value.value, reason, remedy);
  }
}
