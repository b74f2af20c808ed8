import { AppError, type BulkAction, invalidField } from "@breakwater/protocol";
import { checkTags } from "@breakwater/reputation-set";
import type { Executor } from "../../database.ts";
import { tagDefinitions } from "../../tag-categories/index.ts";
import { ownTags } from "../entries/entry-state.ts";

/** The action with canonical tags. Throws InvalidRequest for one that makes no sense; `now` in ms. */
export async function checkAction(
  db: Executor,
  action: BulkAction,
  now: number,
): Promise<BulkAction> {
  if (action.do !== "set") return action;
  const { do: _, ...changes } = action;
  if (Object.values(changes).every((one) => one === undefined)) {
    const reason = "nothing is to be set";
    throw invalidField("action", "set", reason, "Give a severity, action, end or tags");
  }
  if (action.expires != null && Date.parse(action.expires) <= now) {
    const remedy = "Give a later time, or null for entries that never expire";
    throw invalidField("action.expires", action.expires, "it lies in the past", remedy);
  }
  if (action.tags === undefined) return action;
  const tags = checkTags(await tagDefinitions(db), action.tags);
  if (tags.ok) return { ...action, tags: ownTags(tags.value) };
  const { field, reason } = tags.error;
  throw new AppError("InvalidRequest", `The tags cannot be set: ${field}: ${reason}.`, {
    details: [tags.error],
  });
}
