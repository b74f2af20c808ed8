import { randomUUID } from "node:crypto";
import type { Clock, SecretBox } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import {
  AppError,
  type Criteria,
  FeedId,
  type FeedSettings,
  invalidField,
} from "@breakwater/protocol";
import { foldCase } from "@breakwater/reputation-set";
import type { Actor, Audit } from "../audit.ts";
import type { Db, Executor, Tx } from "../database.ts";
import { deleteInput, type JobDeps, type JobKind, startJob } from "../jobs/index.ts";
import { claimSource, isInSets, releaseSource, renameSource } from "../reputation/index.ts";
import type { WithdrawParams } from "../sources/index.ts";
import { checkFeed } from "./check-feed.ts";
import { openSecrets, sealSecrets, splitSecrets } from "./feed-secrets.ts";
import type { FeedParams } from "./feed-work.ts";
import { nextRun } from "./schedule.ts";
import {
  deleteFeed,
  type FeedRow,
  insertFeed,
  listFeeds,
  lockFeed,
  type NewFeed,
  setSpool,
  updateFeed,
} from "./store.ts";

export type FeedDeps = {
  db: Db;
  clock: Clock;
  audit: Audit;
  jobs: JobDeps;
  kind: JobKind<FeedParams>;
  withdraw: JobKind<WithdrawParams>;
  secrets: SecretBox;
  random: () => number;
  /** The reputation filters of all profiles, as saved. */
  readFilters: (
    db: Executor,
  ) => Promise<readonly { profile: string; filter: string; criteria: Criteria }[]>;
};

/** More than anybody looks after. */
const MOST_FEEDS = 500;

export async function createFeed(deps: FeedDeps, given: FeedSettings, by: Actor): Promise<FeedId> {
  const settings = await checkFeed(deps.db, given);
  const split = splitSecrets(settings);
  const id = FeedId.parse(randomUUID());
  const { name, enabled } = settings;
  await transaction(deps.db, async (tx) => {
    if ((await listFeeds(tx)).length >= MOST_FEEDS) throw tooMany();
    const source = await claimSource(tx, name);
    if (source === undefined) throw nameTaken(name);
    const secret = sealSecrets(deps.secrets, id, split.secrets);
    const feed = { id, source, settings: split.settings, secret, enabled };
    const now = deps.clock.now();
    await insertFeed(tx, feed, { now, nextRun: enabled ? nextOf(deps, feed, now) : now });
    await auditFeed(deps, tx, "feed.add", { by, after: { name, ...feed } });
    if (enabled) {
      await startJob(deps.jobs, deps.kind, { params: { feed: id, name }, by, tx });
    }
  });
  return id;
}

export async function changeFeed(
  deps: FeedDeps,
  id: FeedId,
  { given, by }: { given: FeedSettings; by: Actor },
): Promise<void> {
  const settings = await checkFeed(deps.db, given);
  await transaction(deps.db, async (tx) => {
    const before = await existing(tx, id);
    const secrets = openSecrets(deps.secrets, before);
    const split = splitSecrets(settings, { settings: before.settings, secrets });
    if (settings.name !== before.name) await rename(deps, tx, before, settings.name);
    const { source } = before;
    const secret = sealSecrets(deps.secrets, id, split.secrets);
    const feed = { id, source, settings: split.settings, secret, enabled: settings.enabled };
    await updateFeed(tx, feed, deps.clock.now());
    const after = { name: settings.name, ...feed };
    await auditFeed(deps, tx, "feed.change", { by, before, after });
  });
}

/** What it asserts is withdrawn by a job, or stays like an imported list. A run under way ends. */
export async function removeFeed(
  deps: FeedDeps,
  id: FeedId,
  { entries, by }: { entries: "withdraw" | "keep"; by: Actor },
): Promise<void> {
  await transaction(deps.db, async (tx) => {
    const before = await existing(tx, id);
    const spool = await setSpool(tx, id, null);
    if (spool !== null) await deleteInput(tx, spool);
    await deleteFeed(tx, id);
    await releaseSource(tx, before.source);
    if (entries === "withdraw") {
      const params = { source: before.source, name: before.name };
      await startJob(deps.jobs, deps.withdraw, { params, by, tx });
    }
    await auditFeed(deps, tx, "feed.delete", { by, before });
  });
}

export async function existing(tx: Tx, id: FeedId): Promise<FeedRow> {
  const feed = await lockFeed(tx, id);
  if (feed === undefined) throw feedNotFound();
  return feed;
}

export function feedNotFound(): AppError {
  return new AppError("NotFound", "There is no such feed.");
}

function nextOf({ random }: FeedDeps, { settings }: NewFeed, now: Date): Date {
  return new Date(nextRun(now.getTime(), settings.schedule.everyMinutes, random()));
}

/** Filters select by the name of a source: who is selected would change without anybody noticing. */
async function rename(
  deps: FeedDeps,
  tx: Tx,
  { source, name }: FeedRow,
  to: string,
): Promise<void> {
  for (const one of [name, to]) {
    const user = (await deps.readFilters(tx)).find(({ criteria }) => isIn(criteria, one));
    if (user === undefined && !(await isInSets(tx, one))) continue;
    const where =
      user === undefined
        ? "a distributed profile"
        : `the reputation filter "${user.filter}" of the profile "${user.profile}"`;
    const reason = `${where} selects by the source "${one}"`;
    throw invalidField("name", to, reason, "Change the filter and distribute first");
  }
  if (!(await renameSource(tx, source, to))) throw nameTaken(to);
}

function isIn(criteria: Criteria, name: string): boolean {
  return criteria.some(
    (one) =>
      (one.op === "source-is" || one.op === "source-is-not") &&
      foldCase(one.value) === foldCase(name),
  );
}

type FeedChange = { by: Actor; before?: NewFeed; after?: NewFeed & { name: string } };

async function auditFeed(
  { audit }: FeedDeps,
  tx: Tx,
  action: string,
  { by, before, after }: FeedChange & { before?: NewFeed & { name: string } },
): Promise<void> {
  await audit(tx, {
    by,
    action,
    object: (after ?? before)?.name ?? "",
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  });
}

function shown({ name, enabled, settings }: NewFeed & { name: string }) {
  return { name, enabled, ...settings };
}

function nameTaken(name: string): AppError {
  const reason = "a source has this name";
  return new AppError("Conflict", `name: ${reason}. Choose another name.`, {
    details: [{ field: "name", value: name, reason, remedy: "Choose another name" }],
  });
}

function tooMany(): AppError {
  return new AppError(
    "Conflict",
    `There are ${MOST_FEEDS} feeds. Delete those that are not needed.`,
  );
}
