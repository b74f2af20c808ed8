import type { HttpApp } from "@breakwater/platform";
import {
  type AppError,
  invalidField,
  JobId,
  type JobRejection,
  jobsApi,
} from "@breakwater/protocol";
import { actorOf } from "../actor-of.ts";
import type { Db } from "../database.ts";
import { cancelJob, jobNotFound } from "./cancel-job.ts";
import { jobOf } from "./present-job.ts";
import { countRejections, listRejections } from "./rejection-store.ts";
import type { JobDeps } from "./start-job.ts";
import { countJobs, findJob, type JobCursor, type JobRow, listJobs } from "./store.ts";
import { undoJob } from "./undo-job.ts";

/** Counting stops here. */
const MOST_COUNTED = 10_000;
/** Lines of a file that are read at a time. */
const FILE_PAGE = 1_000;

export function registerJobs(app: HttpApp, deps: JobDeps): void {
  const { db, clock, kinds } = deps;
  app.route(jobsApi, "GET /api/v1/jobs", async ({ query: { cursor, limit, ...filter } }) => {
    const found = await listJobs(db, filter, decodeCursor(cursor), limit + 1);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const total = await countJobs(db, filter, MOST_COUNTED + 1);
    return {
      items: rows.map((row) => jobOf(row, kinds, clock.now())),
      ...(last === undefined ? {} : { nextCursor: encodeCursor(last) }),
      total: { value: Math.min(total, MOST_COUNTED), exact: total <= MOST_COUNTED },
    };
  });

  app.route(jobsApi, "GET /api/v1/jobs/{id}", async ({ params }) =>
    jobOf(await existing(db, params.id), kinds, clock.now()),
  );

  app.route(jobsApi, "POST /api/v1/jobs/{id}/cancel", async (call) =>
    cancelJob(deps, call.params.id, actorOf(call)),
  );

  app.route(jobsApi, "POST /api/v1/jobs/{id}/undo", async (call) =>
    undoJob(deps, call.params.id, actorOf(call)),
  );

  app.route(jobsApi, "GET /api/v1/jobs/{id}/rejections", async ({ params, query }) => {
    await existing(db, params.id);
    const after = decodeNumber(query.cursor);
    const found = await listRejections(db, params.id, after, query.limit + 1);
    const items = found.slice(0, query.limit);
    const last = found.length > query.limit ? items.at(-1) : undefined;
    return {
      items,
      ...(last === undefined ? {} : { nextCursor: String(last.number) }),
      total: { value: await countRejections(db, params.id), exact: true },
    };
  });

  app.route(jobsApi, "GET /api/v1/jobs/{id}/rejections.csv", async ({ params }) => {
    await existing(db, params.id);
    return { filename: `rejections-${params.id}.csv`, rows: allRejections(db, params.id) };
  });
}

async function existing(db: Db, id: JobId): Promise<JobRow> {
  const row = await findJob(db, id);
  if (row === undefined) throw jobNotFound();
  return row;
}

async function* allRejections(db: Db, id: JobId): AsyncGenerator<JobRejection> {
  let after = 0;
  for (;;) {
    const page = await listRejections(db, id, after, FILE_PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < FILE_PAGE) return;
    after = last.number;
  }
}

function encodeCursor({ created, id }: JobRow): string {
  return `${created.getTime()}.${id}`;
}

function decodeCursor(text: string | undefined): JobCursor | undefined {
  if (text === undefined) return undefined;
  const [time = "", id] = text.split(".");
  const job = JobId.safeParse(id);
  if (/^\d{1,15}$/.test(time) && job.success)
    return { created: new Date(Number(time)), id: job.data };
  throw foreignCursor(text);
}

function decodeNumber(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw foreignCursor(text);
}

function foreignCursor(text: string): AppError {
  return invalidField("cursor", text, "it does not come from this list", "Start without it");
}
