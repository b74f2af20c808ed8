import { notify, transaction, withRetry } from "@breakwater/postgres";
import { FEED_CHANNEL } from "../database.ts";
import { applyChanges, type ObjectChange } from "./apply-changes.ts";
import type { Alongside, ObjectWriter } from "./save-objects.ts";
import { lockFeed, lockObjects } from "./store.ts";
import { keyText, type ObjectKey, type StoredObject } from "./stored-object.ts";

export type DeleteOutcome = "deleted" | "missing";

function distinct(keys: readonly ObjectKey[]): ObjectKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

type DeleteOptions = {
  /** Looked at under the lock: the object may have changed since it was chosen. */
  onlyIf?: (object: StoredObject) => boolean;
  alongside?: Alongside;
};

/** Takes objects off the list in one transaction; what is deleted stays as a tombstone for the feed. */
export async function deleteObjects(
  writer: ObjectWriter,
  keys: readonly ObjectKey[],
  { onlyIf = () => true, alongside = async () => undefined }: DeleteOptions = {},
): Promise<DeleteOutcome[]> {
  if (keys.length === 0) return [];
  const now = writer.clock.now();
  const outcomes = await withRetry(() =>
    transaction(writer.db, async (tx) => {
      const locked = await lockObjects(tx, distinct(keys));
      const doomed = new Map(
        locked.filter((one) => !one.deleted && onlyIf(one)).map((one) => [keyText(one), one]),
      );
      const changes = [...doomed.values()].map(
        (before): ObjectChange => ({
          before,
          after: { ...before, lastModified: now, deleted: true },
        }),
      );
      const answers = keys.map((key): DeleteOutcome => {
        // The same key a second time is gone already.
        return doomed.delete(keyText(key)) ? "deleted" : "missing";
      });
      if (changes.length > 0) {
        const { revision } = await lockFeed(tx);
        await applyChanges(tx, revision, changes);
        await notify(tx, FEED_CHANNEL);
      }
      await alongside(
        tx,
        changes.map(({ after }) => after),
      );
      return answers;
    }),
  );
  writer.onChange();
  return outcomes;
}
