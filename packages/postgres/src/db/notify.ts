import { sql } from "kysely";
import type { Tx } from "./db.ts";

/** PostgreSQL's limit on a payload, in bytes. */
const LONGEST_PAYLOAD = 7_999;

/** Tells listeners of `channel`, once and only if the transaction commits. Equal notices are merged. */
export async function notify<Schema>(tx: Tx<Schema>, channel: string, payload = ""): Promise<void> {
  const size = Buffer.byteLength(payload);
  if (size > LONGEST_PAYLOAD) {
    throw new RangeError(`a notice of ${size} bytes is too long: send a key, not the data`);
  }
  await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
}
