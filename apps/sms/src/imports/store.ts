import type { ImportId } from "@breakwater/protocol";
import { sql } from "kysely";
import type { Executor } from "../database.ts";

export type UploadRow = { id: ImportId; name: string; bytes: number };

export async function insertUpload(
  db: Executor,
  upload: UploadRow & { created: Date; createdBy: string },
): Promise<void> {
  const { id, name, bytes, created, createdBy } = upload;
  await sql`
    insert into import_upload (id, name, bytes, created, created_by)
    values (${id}, ${name}, ${bytes}, ${created}, ${createdBy})`.execute(db);
}

export async function findUpload(db: Executor, id: ImportId): Promise<UploadRow | undefined> {
  const { rows } = await sql<UploadRow>`
    select id, name, bytes from import_upload where id = ${id}`.execute(db);
  return rows[0];
}

/** True for the one caller that took it. */
export async function takeUpload(db: Executor, id: ImportId): Promise<boolean> {
  const { rows } = await sql`
    delete from import_upload where id = ${id} returning id`.execute(db);
  return rows.length === 1;
}

/** Those that nobody started before `before`. */
export async function takeAbandoned(db: Executor, before: Date): Promise<ImportId[]> {
  const { rows } = await sql<{ id: ImportId }>`
    delete from import_upload where created < ${before} returning id`.execute(db);
  return rows.map(({ id }) => id);
}
