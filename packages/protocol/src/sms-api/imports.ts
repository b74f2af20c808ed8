import { z } from "zod";
import type { Api } from "../http-api/endpoint.ts";
import { NoContent, Timestamp } from "../http-api/paging.ts";
import { ImportId } from "../ids.ts";
import { EntryType, ScanAction, Severity, Tags } from "../reputation.ts";
import { Job } from "./jobs.ts";

/** What a column of a table is read as. */
export const ColumnUse = z.union([
  z.enum(["value", "type", "severity", "scanAction", "expires", "description", "ignore"]),
  z.strictObject({ tag: z.string().min(1).max(255) }),
]);
export type ColumnUse = z.infer<typeof ColumnUse>;

export const IndicatorFormat = z.enum(["csv", "list", "stix", "misp"]);
export type IndicatorFormat = z.infer<typeof IndicatorFormat>;

export const ImportPreview = z.object({
  format: IndicatorFormat,
  delimiter: z.string(),
  header: z.boolean(),
  /** CSV only. */
  columns: z.array(z.object({ name: z.string(), use: ColumnUse, samples: z.array(z.string()) })),
  /** The first readings; a line may give several. */
  rows: z.array(
    z.object({
      line: z.number().int(),
      cells: z.array(z.string()),
      outcome: z.enum(["indicator", "rejected"]),
      type: EntryType.nullable(),
      value: z.string(),
      severity: Severity.nullable(),
      reason: z.string(),
    }),
  ),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

/** `mapping` is looked at for CSV only. */
export const ImportOptions = z.strictObject({
  /** "Local", or a name of its own for the list. */
  source: z.string().trim().min(1).max(64),
  format: IndicatorFormat,
  mapping: z.strictObject({
    delimiter: z.enum([",", ";", "\t", "|"]),
    header: z.boolean(),
    columns: z.array(ColumnUse).max(200),
  }),
  /** For what the file does not say. */
  defaults: z.strictObject({
    severity: Severity.nullable(),
    scanAction: ScanAction.nullable(),
    tags: Tags,
    expires: Timestamp.nullable(),
    type: EntryType.nullable(),
  }),
  /** `replace`: what the source had and the file has not is withdrawn. */
  mode: z.enum(["add", "replace"]),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

const id = z.strictObject({ id: ImportId });

export const NewImport = z.object({
  id: ImportId,
  name: z.string(),
  bytes: z.number().int(),
  preview: ImportPreview,
});
export type NewImport = z.infer<typeof NewImport>;

export const importsApi = {
  "POST /api/v1/imports": {
    summary: "Upload a file to import; answers how it is read. It waits 24 hours for its start",
    permission: "reputation:write",
    consumes: "bytes",
    bodyLimit: 2 * 1024 ** 3,
    query: z.strictObject({ name: z.string().max(255).default("upload") }),
    response: NewImport,
    status: 201,
  },
  "POST /api/v1/imports/{id}/preview": {
    summary: "The first rows with another mapping",
    permission: "reputation:write",
    params: id,
    body: ImportOptions,
    response: ImportPreview,
  },
  "POST /api/v1/imports/{id}/start": {
    summary: "Import an uploaded file",
    permission: "reputation:write",
    params: id,
    body: ImportOptions,
    response: Job,
    status: 202,
  },
  "DELETE /api/v1/imports/{id}": {
    summary: "Forget an upload",
    permission: "reputation:write",
    params: id,
    response: NoContent,
    status: 204,
  },
} as const satisfies Api;
