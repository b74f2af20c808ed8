import type { TagDefinitions } from "@breakwater/reputation-set";
import type { Actor } from "../audit.ts";
import type { EntryEdit, EntryKey } from "../reputation/index.ts";
import { tagDefinitions } from "../tag-categories/index.ts";
import { addressedEntries } from "./addressed-entries.ts";
import { changeAudited, type WebApiDeps } from "./change-audited.ts";
import { oneValue, type Parameters } from "./parameters.ts";
import { splitList } from "./split-list.ts";
import { readTagData, type TagData, TagDataError } from "./tag-data.ts";
import { malformed } from "./web-api-error.ts";
import { webSource } from "./web-source.ts";

const LONGEST_TAG_DATA = 32_768;

/** `/repEntries/add`: asserts one entry, with the tags given and no others. */
export async function addEntry(deps: WebApiDeps, parameters: Parameters, by: Actor): Promise<void> {
  const entries = addressedEntries(parameters);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw malformed(`Name exactly one entry with ip, dns or url; this names ${entries.length}.`);
  }
  const categories = await tagDefinitions(deps.db);
  const text = oneValue(parameters, "tagdata") ?? "";
  const tagData = readTags(text, categories, deps.clock.now().getTime());
  const edit = assertion(entry.key, tagData);
  const facts = { source: edit.source };
  await changeAudited(deps, { by, action: "web-api.add", facts, edits: async () => [edit] });
}

/** What a client says about an entry, as an edit of its source. */
export function assertion(key: EntryKey, data: TagData): EntryEdit {
  const { severity, scanAction, expires, tags, publisher } = data;
  return {
    ...key,
    source: webSource(publisher),
    assertion: { severity, scanAction, expires, tags, description: "" },
  };
}

function readTags(text: string, categories: TagDefinitions, now: number): TagData {
  if (text.length > LONGEST_TAG_DATA) {
    throw malformed(`TagData has more than ${LONGEST_TAG_DATA} characters.`);
  }
  const fields = text === "" ? [] : splitList(text);
  if (fields === undefined) throw malformed("TagData: a double quote is not closed.");
  try {
    return readTagData(fields, categories, now);
  } catch (error) {
    if (error instanceof TagDataError) throw malformed(`TagData: ${error.message}`);
    throw error;
  }
}
