import {
  AppError,
  type Feed,
  type Job,
  SMS_CONSOLE_PATHS,
  type Source,
} from "@breakwater/protocol";
import type { Actor } from "../audit.ts";
import type { Db, Executor } from "../database.ts";
import { type JobDeps, type JobKind, startJob } from "../jobs/index.ts";
import { type ListedSource, listSources, sourceTotals } from "../reputation/index.ts";
import type { WithdrawParams } from "./withdraw-source.ts";

export type SourceDeps = {
  db: Db;
  jobs: JobDeps;
  kind: JobKind<WithdrawParams>;
  feeds: (db: Executor) => Promise<readonly Feed[]>;
  connection: () => Promise<ConnectionCondition>;
};

type ConnectionCondition = Pick<Source, "state" | "summary">;

/** Every source that asserts something or is looked after somewhere, by name. */
export async function readSources(deps: SourceDeps): Promise<Source[]> {
  const [sources, totals, feeds, connection] = await Promise.all([
    listSources(deps.db),
    sourceTotals(deps.db),
    deps.feeds(deps.db),
    deps.connection(),
  ]);
  const byName = new Map(feeds.map((feed) => [feed.name, feed]));
  return sources.flatMap((source) => {
    const counted = totals.get(source.id) ?? { entries: 0, held: 0, byType: {} };
    const feed = source.kind === "feed" ? byName.get(source.name) : undefined;
    const isKept = feed !== undefined || source.kind === "local" || counted.entries > 0;
    return isKept ? [{ ...source, ...counted, ...conditionOf(source, feed, connection) }] : [];
  });
}

type Condition = Pick<Source, "lastChange" | "state" | "summary" | "path">;

function conditionOf(
  { kind }: ListedSource,
  feed: Feed | undefined,
  connection: ConnectionCondition,
): Condition {
  const { feeds, suspiciousObjects, visionOne } = SMS_CONSOLE_PATHS;
  if (feed !== undefined) {
    const state = feed.state === "never-run" ? "idle" : feed.state;
    return { lastChange: feed.lastChange, state, summary: feed.summary, path: feeds };
  }
  if (kind === "connection") return { lastChange: null, ...connection, path: visionOne };
  return { lastChange: null, state: "idle", summary: "", path: suspiciousObjects };
}

/** Starts the withdrawal. Refused where the source would bring everything back by itself. */
export async function withdrawSource(deps: SourceDeps, id: number, by: Actor): Promise<Job> {
  const source = (await listSources(deps.db)).find((one) => one.id === id);
  if (source === undefined) throw new AppError("NotFound", "There is no such source.");
  const { name, kind } = source;
  if (kind === "connection") throw comesBack(name, "Disconnect it, or delete the objects there");
  const feed = (await deps.feeds(deps.db)).find((one) => one.name === name);
  if (feed !== undefined) throw comesBack(name, "Delete the feed with its entries");
  const { job } = await startJob(deps.jobs, deps.kind, { params: { source: id, name }, by });
  return job;
}

function comesBack(name: string, remedy: string): AppError {
  const reason = "it would bring its entries back";
  return new AppError("Conflict", `The source "${name}" is still fetched: ${reason}. ${remedy}.`, {
    details: [{ field: "id", value: name, reason, remedy }],
  });
}
