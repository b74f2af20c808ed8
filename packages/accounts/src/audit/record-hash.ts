import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

export type HashedRecord = {
  id: number;
  at: Date;
  actor: string;
  via: string;
  source: string;
  action: string;
  object: string;
  before: unknown;
  after: unknown;
};

/** SHA-256 of the previous record's hash and this record: no record can change without all later ones. */
export function recordHash(previous: Buffer, record: HashedRecord): Buffer {
  const { id, at, actor, via, source, action, object, before, after } = record;
  const fields = [id, at.toISOString(), actor, via, source, action, object, before, after];
  return createHash("sha256").update(previous).update(canonicalJson(fields)).digest();
}
