import { invalidField } from "@breakwater/protocol";
import type { Executor } from "../database.ts";
import { ensureSource, LOCAL_SOURCE, sourceKind } from "../reputation/index.ts";

/** Lists go into sources of their own, or to what this SMS's users assert; never into another's. */
export async function checkSource(db: Executor, name: string): Promise<void> {
  const kind = await sourceKind(db, name);
  if (name === LOCAL_SOURCE || kind === "import") return;
  if (kind === undefined) {
    await ensureSource(db, name, "import");
    return;
  }
  const reason = `it is a source of another kind (${kind}), which would withdraw what it does not know`;
  throw invalidField("source", name, reason, "Choose another name");
}
