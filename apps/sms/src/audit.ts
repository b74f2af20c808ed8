import type { Principal } from "@breakwater/platform";
import type { Tx } from "./database.ts";

/** Who does something, and from where. */
export type Actor = { principal: Principal; source: string };

export type AuditEntry = {
  by: Actor;
  action: string;
  object: string;
  before?: unknown;
  after?: unknown;
};

/** Writes the audit record in the transaction of the change itself. */
export type Audit = (tx: Tx, entry: AuditEntry) => Promise<void>;
