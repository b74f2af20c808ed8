import { transaction } from "@breakwater/postgres";
import {
  AppError,
  type ByteStream,
  type ImportId,
  type ImportOptions,
  type ImportPreview,
  invalidField,
  type Job,
  JobId,
  type NewImport,
  ImportId as toImportId,
} from "@breakwater/protocol";
import { checkTags, type TagDefinitions } from "@breakwater/reputation-set";
import type { Actor } from "../audit.ts";
import {
  deleteInput,
  type JobDeps,
  type JobKind,
  readInput,
  startJob,
  storeInput,
} from "../jobs/index.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import { checkSource } from "./check-source.ts";
import type { ImportParams } from "./import-job.ts";
import { previewAs, previewImport } from "./preview-import.ts";
import { findUpload, insertUpload, takeUpload, type UploadRow } from "./store.ts";

export type ImportDeps = { jobs: JobDeps; kind: JobKind<ImportParams> };

/** Stores a file and says how it would be read. A file that cannot be read is not kept. */
export async function uploadImport(
  { jobs: { db, clock } }: ImportDeps,
  body: ByteStream,
  { name, by }: { name: string; by: Actor },
): Promise<NewImport> {
  const { job, bytes } = await storeInput({ db, clock }, body);
  const id = toImportId.parse(job);
  try {
    if (bytes === 0) throw emptyFile();
    const preview = await previewImport(() => readInput(db, job), clock.now().getTime());
    const createdBy = by.principal.name;
    await insertUpload(db, { id, name, bytes, created: clock.now(), createdBy });
    return { id, name, bytes, preview };
  } catch (error) {
    await deleteInput(db, job);
    throw error;
  }
}

export async function previewUpload(
  { jobs: { db, clock } }: ImportDeps,
  id: ImportId,
  options: ImportOptions,
): Promise<ImportPreview> {
  await existing(db, id);
  return previewAs(() => readInput(db, JobId.parse(id)), options, clock.now().getTime());
}

/** Starts the import; a mapping that makes no sense is refused before anything is changed. */
export async function startImport(
  { jobs, kind }: ImportDeps,
  { id, options, by }: { id: ImportId; options: ImportOptions; by: Actor },
): Promise<Job> {
  const { db } = jobs;
  const { name, bytes } = await existing(db, id);
  await checkSource(db, options.source);
  checkDefaults(await tagDefinitions(db), options);
  await previewUpload({ jobs, kind }, id, options);
  return transaction(db, async (tx) => {
    if (!(await takeUpload(tx, id))) throw notFound();
    const input = { job: JobId.parse(id), bytes };
    const { job } = await startJob(jobs, kind, { params: { name, options }, by, input, tx });
    return job;
  });
}

export async function forgetImport({ jobs: { db } }: ImportDeps, id: ImportId): Promise<void> {
  if (!(await takeUpload(db, id))) throw notFound();
  await deleteInput(db, JobId.parse(id));
}

function checkDefaults(categories: TagDefinitions, { defaults }: ImportOptions): void {
  const tags = checkTags(categories, defaults.tags);
  if (tags.ok) return;
  const { field = "tags", value = "", reason, remedy = "Correct the tag" } = tags.error;
  throw invalidField(`defaults.${field}`, value, reason, remedy);
}

async function existing(db: ImportDeps["jobs"]["db"], id: ImportId): Promise<UploadRow> {
  const upload = await findUpload(db, id);
  if (upload === undefined) throw notFound();
  return upload;
}

function notFound(): AppError {
  return new AppError(
    "NotFound",
    "There is no such upload. It was started already, or has waited for more than a day: upload the file again.",
  );
}

function emptyFile(): AppError {
  return new AppError("InvalidRequest", "The file is empty. Choose the file that holds the list.");
}
