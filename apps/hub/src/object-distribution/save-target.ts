import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isUniqueViolation, transaction } from "@breakwater/postgres";
import {
  AppError,
  DistributionTargetId,
  type DistributionTargetInput,
  invalidField,
} from "@breakwater/protocol";
import type { By } from "../audit.ts";
import { cleanText } from "../clean-text.ts";
import type { HubTx } from "../database.ts";
import type { DistributionContext } from "./distribution-context.ts";
import { removeAllSent, sendAllAgain } from "./sent-store.ts";
import { checkTargetAddress } from "./target-address.ts";
import { passwordPlace } from "./target-secret.ts";
import {
  insertTarget,
  lockTarget,
  removeTarget,
  rewindTarget,
  type TargetRow,
  type TargetSettings,
  updateTarget,
} from "./target-store.ts";

export async function createTarget(
  context: DistributionContext,
  input: DistributionTargetInput,
  by: By,
): Promise<DistributionTargetId> {
  checkTargetAddress(input.address);
  const id = DistributionTargetId.parse(randomUUID());
  const settings = { ...settingsOf(id, input), password: sealPassword(context, id, input) };
  await named(input.name, () =>
    transaction(context.db, async (tx) => {
      await insertTarget(tx, settings, context.clock.now());
      await auditTarget(context, tx, "object-distribution.add", { by, after: settings });
    }),
  );
  context.distributor.wake();
  return id;
}

/** Changes a target. What it has and should have no longer is deleted there. */
export async function changeTarget(
  context: DistributionContext,
  id: DistributionTargetId,
  input: DistributionTargetInput,
  by: By,
): Promise<void> {
  checkTargetAddress(input.address);
  await named(input.name, () =>
    transaction(context.db, async (tx) => {
      const before = await lockTarget(tx, id);
      if (before === undefined) throw noTarget(id);
      const password =
        input.password === undefined
          ? keptPassword(before, input)
          : sealPassword(context, id, input);
      const after = { ...settingsOf(id, input), password };
      await updateTarget(tx, after);
      await reconsider(tx, before, after, context.clock.now());
      await auditTarget(context, tx, "object-distribution.change", { by, before, after });
    }),
  );
  context.distributor.interrupt(id);
}

export async function deleteTarget(
  context: DistributionContext,
  id: DistributionTargetId,
  by: By,
): Promise<void> {
  await transaction(context.db, async (tx) => {
    const before = await lockTarget(tx, id);
    if (before === undefined || !(await removeTarget(tx, id))) throw noTarget(id);
    await auditTarget(context, tx, "object-distribution.remove", { by, before });
  });
  context.distributor.interrupt(id);
}

export function noTarget(id: DistributionTargetId): AppError {
  return new AppError("NotFound", `id: there is no target ${id}.`);
}

/** What the changes of settings mean for what has been sent. */
async function reconsider(
  tx: HubTx,
  before: TargetRow,
  after: TargetSettings,
  now: Date,
): Promise<void> {
  const isOther = before.address !== after.address || before.port !== after.port;
  if (isOther) await removeAllSent(tx, after.id);
  else if (before.sendTtl !== after.sendTtl) await sendAllAgain(tx, after.id, now);
  const isSame = before.risk === after.risk && before.types.join() === after.types.join();
  if (isOther || !isSame) await rewindTarget(tx, after.id);
}

/**
 * The stored password goes only where it went before: whoever may change a target but does not know
 * its password must not have it sent to a server of their own.
 */
export function keptPassword(
  before: TargetSettings,
  input: Pick<DistributionTargetInput, "address" | "port" | "tls" | "userName">,
): Buffer {
  const isSame =
    before.address === input.address &&
    before.port === input.port &&
    before.userName === input.userName &&
    isDeepStrictEqual(before.tls, input.tls);
  if (isSame) return before.password;
  const reason = "it is needed again because address, port, TLS verification or user name changed";
  throw invalidField("password", "", reason, "Enter the password of that server.");
}

function settingsOf(
  id: DistributionTargetId,
  input: DistributionTargetInput,
): Omit<TargetSettings, "password"> {
  const { password: _, ...settings } = input;
  const types = [...new Set(input.types)].toSorted();
  return { ...settings, id, name: cleanText(input.name), types };
}

function sealPassword(
  { secrets }: DistributionContext,
  id: DistributionTargetId,
  { password }: DistributionTargetInput,
): Buffer {
  if (password !== undefined) return secrets.seal(password, passwordPlace(id));
  throw passwordNeeded();
}

export function passwordNeeded(): AppError {
  return invalidField("password", "", "it is needed", "Enter 1 to 15 characters.");
}

async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw invalidField("name", name, "another target has this name", "Choose another name.");
  }
}

async function auditTarget(
  { audit }: DistributionContext,
  tx: HubTx,
  action: string,
  change: { by: By; before?: TargetSettings; after?: TargetSettings },
): Promise<void> {
  const { by, before, after } = change;
  await audit(tx, {
    action,
    object: (after ?? before)?.name ?? "",
    by,
    ...(before === undefined ? {} : { before: shownSettings(before) }),
    ...(after === undefined ? {} : { after: shownSettings(after) }),
  });
}

/** Without the password, sealed or not. */
function shownSettings(settings: TargetSettings) {
  const { id, name, enabled, address, port, tls, userName, types, risk, sendTtl } = settings;
  return { id, name, enabled, address, port, tls, userName, types, risk, sendTtl };
}
