import { type Tx, transaction } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { z } from "zod";
import { appendAudit } from "../audit/append-audit.ts";
import type { Accounts } from "../context.ts";
import type { Grantor } from "../grantor.ts";
import { permissionsOf, requireNotAbove } from "../roles/role-permissions.ts";
import type { AccountsTables } from "../tables.ts";

const SessionId = z.uuid();

/** Ends somebody's session. */
export async function endSession(accounts: Accounts, grantor: Grantor, id: string): Promise<void> {
  await transaction(accounts.db, async (tx) => {
    const owner = await requireOwner(tx, id);
    requireNotAbove(grantor.permissions, (await permissionsOf(tx, owner.role)) ?? new Set());
    await tx.deleteFrom("session").where("id", "=", id).execute();
    await appendAudit(tx, {
      ...grantor.actor,
      at: accounts.clock.now(),
      action: "session.end",
      object: owner.name,
      before: { id },
    });
  });
}

async function requireOwner(tx: Tx<AccountsTables>, id: string) {
  const owner = SessionId.safeParse(id).success
    ? await tx
        .selectFrom("session")
        .innerJoin("account", "account.id", "session.account_id")
        .select(["account.name", "account.role"])
        .where("session.id", "=", id)
        .executeTakeFirst()
    : undefined;
  if (owner !== undefined) return owner;
  throw new AppError("NotFound", `There is no open session with the id ${id}.`);
}
