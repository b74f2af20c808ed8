import {
  type EntryType,
  type ErrorDetail,
  fail,
  type NewEntry,
  ok,
  type Result,
  TAG,
  type Tags,
} from "@breakwater/protocol";
import {
  canonicalValue,
  checkTags,
  detectType,
  type TagDefinitions,
} from "@breakwater/reputation-set";
import type { EntryEdit } from "./change-plan.ts";
import { LOCAL_SOURCE } from "./entry-state.ts";

/** As things are when entries come in; `now` in ms since 1970. */
export type EntryContext = { now: number; categories: TagDefinitions };

/** What a user wants asserted, in canonical form; or why it cannot be. */
export function parseEntry(
  entry: NewEntry,
  { now, categories }: EntryContext,
): Result<EntryEdit, ErrorDetail> {
  const type = entry.type ?? detectType(entry.value);
  if (type === undefined) return fail(unrecognised(entry.value));
  const value = canonicalValue(type, entry.value);
  if (!value.ok) return value;
  const expires = entry.expires == null ? null : Date.parse(entry.expires);
  if (expires !== null && expires <= now) {
    return fail({
      field: "expires",
      value: entry.expires ?? "",
      reason: "it lies in the past",
      remedy: "Give a later time, or none for an entry that never expires",
    });
  }
  const tags = checkTags(categories, entry.tags ?? {});
  if (!tags.ok) return tags;
  return ok(edit(entry, { type, value: value.value, expires, tags: tags.value }));
}

type Parsed = { type: EntryType; value: string; expires: number | null; tags: Tags };

function edit(entry: NewEntry, { type, value, expires, tags: all }: Parsed): EntryEdit {
  // The predefined categories say what the fields say; a tag cannot contradict its field.
  const { [TAG.severity]: _s, [TAG.scanAction]: _a, [TAG.ttl]: _t, ...tags } = all;
  return {
    type,
    value,
    source: LOCAL_SOURCE,
    assertion: {
      severity: entry.severity ?? null,
      scanAction: entry.scanAction ?? null,
      tags,
      description: entry.description ?? "",
      expires,
    },
  };
}

function unrecognised(value: string): ErrorDetail {
  return {
    field: "value",
    value: value.slice(0, 200),
    reason: "it is neither an address, a range, a domain, a URL nor a file hash",
    remedy: "Correct the value, or give its type",
  };
}
