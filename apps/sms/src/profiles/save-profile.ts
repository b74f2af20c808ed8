import type { Clock } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import { AppError, type Profile, type ProfileId } from "@breakwater/protocol";
import type { Actor, Audit } from "../audit.ts";
import type { Db } from "../database.ts";
import {
  findProfile,
  insertVersion,
  lockProfile,
  type ProfileContent,
  saveProfile,
} from "./store.ts";

export type ProfileDeps = {
  db: Db;
  clock: Clock;
  audit: Audit;
};

export type SaveRequest = {
  id: ProfileId;
  /** The version the user has seen. */
  version: number;
  change: Partial<ProfileContent>;
  by: Actor;
};

/** Saves a new version of a profile; devices get it with the next distribution. */
export async function saveProfileChange(deps: ProfileDeps, request: SaveRequest): Promise<Profile> {
  return transaction(deps.db, async (tx) => {
    const before = await lockProfile(tx, request.id);
    if (before === undefined) throw profileNotFound();
    if (before.version !== request.version) throw staleProfile(before, request.version);
    const { filters, customRules, httpContext } = { ...before, ...request.change };
    const content = { filters, customRules, httpContext };
    const version = before.version + 1;
    await saveProfile(tx, request.id, version, content);
    const saved = { at: deps.clock.now(), by: request.by.principal.name };
    await insertVersion(tx, request.id, version, content, saved);
    const after = await findProfile(tx, request.id);
    if (after === undefined) throw profileNotFound();
    await deps.audit(tx, {
      by: request.by,
      action: "profile.save",
      object: before.name,
      before: onlyChanged(before, request.change),
      after: { version, ...request.change },
    });
    return after;
  });
}

export function profileNotFound(): AppError {
  return new AppError("NotFound", "There is no such profile.");
}

function staleProfile(current: Profile, seen: number): AppError {
  return new AppError(
    "Conflict",
    `"${current.name}" is at version ${current.version}; you changed version ${seen}. Load it again and repeat your change.`,
    {
      details: [
        {
          field: "version",
          value: String(current.version),
          reason: "somebody else saved the profile",
          remedy: `Load version ${current.version} and repeat the change.`,
        },
      ],
    },
  );
}

function onlyChanged(before: Profile, change: Partial<ProfileContent>): object {
  const keys = Object.keys(change) as (keyof ProfileContent)[];
  return Object.fromEntries([
    ["version", before.version],
    ...keys.map((key) => [key, before[key]] as const),
  ]);
}
