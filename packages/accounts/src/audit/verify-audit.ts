import { type Db, transaction } from "@breakwater/postgres";
import type { AccountsTables } from "../tables.ts";
import { recordHash } from "./record-hash.ts";

export type AuditVerification = { ok: boolean; records: number; firstBroken: number | null };

const BATCH = 1_000;

/** Recomputes the whole chain. `firstBroken` is the first record that was changed or is missing. */
export async function verifyAudit(db: Db<AccountsTables>): Promise<AuditVerification> {
  return await transaction(
    db,
    async (tx) => {
      const head = await tx.selectFrom("audit_head").selectAll().executeTakeFirstOrThrow();
      let last: { id: number; hash: Buffer } = { id: 0, hash: Buffer.alloc(0) };
      for (;;) {
        const batch = await tx
          .selectFrom("audit_record")
          .selectAll()
          .where("id", ">", last.id)
          .orderBy("id")
          .limit(BATCH)
          .execute();
        for (const record of batch) {
          if (record.id !== last.id + 1) return broken(last.id, last.id + 1);
          if (!recordHash(last.hash, record).equals(record.hash)) return broken(last.id, record.id);
          last = record;
        }
        if (batch.length < BATCH) break;
      }
      const complete = head.last_id === last.id && head.hash.equals(last.hash);
      return complete
        ? { ok: true, records: last.id, firstBroken: null }
        : broken(last.id, last.id + 1);
    },
    // One state of the log, whatever is appended meanwhile.
    { isolation: "repeatable read" },
  );
}

function broken(records: number, firstBroken: number): AuditVerification {
  return { ok: false, records, firstBroken };
}
