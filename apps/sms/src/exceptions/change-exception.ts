import type { Clock } from "@breakwater/platform";
import {
  AppError,
  type ChangedException,
  ExceptionId,
  type ExceptionScope,
  invalidField,
  type NewException,
} from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import type { Actor, Audit } from "../audit.ts";
import type { Tx } from "../database.ts";
import { findProfile } from "../profiles/index.ts";
import { changeExceptions, type EntryKey, type ReputationDeps } from "../reputation/index.ts";
import { countActive, type ExceptionRow, endDue, findException, saveException } from "./store.ts";

export type ExceptionDeps = ReputationDeps & {
  clock: Clock;
  audit: Audit;
  /** After commit: an exception ends at this time, in ms. */
  onExpiry: (time: number) => void;
};

/** More of them are a list, not exceptions. */
const MOST_ACTIVE = 10_000;

export async function makeException(
  deps: ExceptionDeps,
  wanted: NewException,
  by: Actor,
): Promise<ExceptionRow> {
  const key = keyOf(wanted);
  const now = deps.clock.now();
  return noted(
    deps,
    changeExceptions(deps, async (tx) => {
      if ((await countActive(tx)) >= MOST_ACTIVE) throw tooMany();
      const row: ExceptionRow = {
        ...key,
        id: ExceptionId.parse(crypto.randomUUID()),
        ...(await termsOf(tx, wanted, { now, owner: by.principal.name })),
        created: now,
        created_by: by.principal.name,
        ended: null,
        ended_by: null,
      };
      await saveException(tx, row);
      await deps.audit(tx, { by, action: "exception.make", object: row.value, after: wanted });
      return { changed: [key], result: row };
    }),
  );
}

async function noted(
  { onExpiry }: Pick<ExceptionDeps, "onExpiry">,
  saved: Promise<ExceptionRow>,
): Promise<ExceptionRow> {
  const row = await saved;
  if (row.expires !== null) onExpiry(row.expires.getTime());
  return row;
}

export async function changeException(
  deps: ExceptionDeps,
  id: ExceptionId,
  wanted: ChangedException,
  by: Actor,
): Promise<ExceptionRow> {
  const now = deps.clock.now();
  return noted(
    deps,
    changeExceptions(deps, async (tx) => {
      const before = await active(tx, id);
      const row = { ...before, ...(await termsOf(tx, wanted, { now, owner: before.owner })) };
      await saveException(tx, row);
      const { scope, profile, filter, owner, reason, expires } = before;
      await deps.audit(tx, {
        by,
        action: "exception.change",
        object: row.value,
        before: { scope, profile, filter, owner, reason, expires },
        after: wanted,
      });
      return { changed: [row], result: row };
    }),
  );
}

export async function endException(deps: ExceptionDeps, id: ExceptionId, by: Actor): Promise<void> {
  await changeExceptions(deps, async (tx) => {
    const before = await active(tx, id);
    const row = { ...before, ended: deps.clock.now(), ended_by: by.principal.name };
    await saveException(tx, row);
    await deps.audit(tx, { by, action: "exception.end", object: row.value, after: { id } });
    return { changed: [row], result: undefined };
  });
}

/** Ends what is due; answers how many. */
export async function endDueExceptions(deps: ReputationDeps): Promise<number> {
  return changeExceptions(deps, async (tx) => {
    const ended = await endDue(tx, deps.clock.now());
    return { changed: ended, result: ended.length };
  });
}

function keyOf({ type: wanted, value: raw }: NewException): EntryKey {
  const type = wanted ?? detectType(raw);
  if (type === undefined) {
    const reason = "it is neither an address, a range, a domain, a URL nor a file hash";
    throw invalidField("value", raw, reason, "Correct the value, or give its type");
  }
  const value = canonicalValue(type, raw);
  if (value.ok) return { type, value: value.value };
  const { reason, remedy = "Correct the value" } = value.error;
  throw invalidField("value", raw, reason, remedy);
}

type Terms = Pick<ExceptionRow, "scope" | "profile" | "filter" | "owner" | "reason" | "expires">;

async function termsOf(
  tx: Tx,
  { scope, owner, reason, expires: end }: ChangedException,
  { now, owner: otherwise }: { now: Date; owner: string },
): Promise<Terms> {
  const expires = end === null ? null : new Date(end);
  if (expires !== null && expires <= now) {
    const remedy = "Give a later time, or none for an exception without end";
    throw invalidField("expires", end ?? "", "it lies in the past", remedy);
  }
  await checkScope(tx, scope);
  const profile = scope.kind === "all" ? null : scope.profile;
  const filter = scope.kind === "filter" ? scope.filter : null;
  return { scope: scope.kind, profile, filter, owner: owner ?? otherwise, reason, expires };
}

async function checkScope(tx: Tx, scope: ExceptionScope): Promise<void> {
  if (scope.kind === "all") return;
  const profile = await findProfile(tx, scope.profile);
  if (profile === undefined) {
    const remedy = "Choose one of the list of profiles";
    throw invalidField("scope.profile", scope.profile, "there is no such profile", remedy);
  }
  if (scope.kind !== "filter") return;
  if (profile.filters.some(({ number }) => number === scope.filter)) return;
  const reason = `the profile ${profile.name} has no reputation filter of this number`;
  throw invalidField("scope.filter", String(scope.filter), reason, "Choose one of its filters");
}

async function active(tx: Tx, id: ExceptionId): Promise<ExceptionRow> {
  const row = await findException(tx, id);
  if (row === undefined) throw exceptionNotFound();
  if (row.ended === null) return row;
  throw new AppError("Conflict", "The exception has ended already. Make a new one.");
}

export function exceptionNotFound(): AppError {
  return new AppError("NotFound", "There is no such exception.");
}

function tooMany(): AppError {
  return new AppError(
    "Unprocessable",
    `There are ${MOST_ACTIVE} exceptions already. End some, or change the filters instead.`,
  );
}
