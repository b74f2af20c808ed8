import type { Audit, By } from "../audit.ts";
import type { HubTx } from "../database.ts";
import type { ObjectFeed } from "./object-feed.ts";
import type { ObjectWriter } from "./save-objects.ts";
import type { ObjectKey } from "./stored-object.ts";

/** What the routes of the object list work with. */
export type ObjectsContext = {
  writer: ObjectWriter;
  feed: ObjectFeed;
  audit: Audit;
  /** Revisions that the connected products have stored, one per product. */
  syncedRevisions: (epoch: string) => Promise<number[]>;
  /** Days until an object expires when the client of the public API does not say. */
  defaultDays: number;
  /** For absolute links when the server stands behind another name. */
  publicUrl: string | undefined;
};

/** Objects of one request that the audit record names one by one. */
const NAMED = 20;

/** One audit record per request; `keys` are the objects that did change. */
export async function auditObjects(
  context: ObjectsContext,
  tx: HubTx,
  { action, keys, by }: { action: "objects.save" | "objects.delete"; keys: ObjectKey[]; by: By },
): Promise<void> {
  if (keys.length === 0) return;
  const named = keys.slice(0, NAMED).map(({ type, value }) => `${type} ${value}`);
  const object = keys.length === 1 ? (named[0] ?? "") : `${keys.length} objects`;
  await context.audit(tx, { action, object, by, after: { objects: named, count: keys.length } });
}
