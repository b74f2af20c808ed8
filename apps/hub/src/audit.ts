import type { Principal } from "@breakwater/platform";
import type { HubTx } from "./database.ts";

/** Who did it: whoever made a request, or something named that is nobody's request. */
export type By =
  | { principal: Principal | undefined; source: string }
  | { actor: string; source: string };

export type AuditEntry = {
  /** What was done, e.g. `product.disconnect`. */
  action: string;
  /** To what, for people. */
  object: string;
  by: By;
  before?: unknown;
  after?: unknown;
};

/** Appends to the audit log in the transaction of the change itself; call it last in there. */
export type Audit = (tx: HubTx, entry: AuditEntry) => Promise<void>;
