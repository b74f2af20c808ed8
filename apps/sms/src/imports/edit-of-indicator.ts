import type { Indicator } from "@breakwater/indicators";
import {
  type ErrorDetail,
  ok,
  type Result,
  type ScanAction,
  type Severity,
  type Tags,
} from "@breakwater/protocol";
import { checkTags, type TagDefinitions } from "@breakwater/reputation-set";
import { type EntryEdit, ownTags } from "../reputation/index.ts";

/** What a source says of an entry when its input does not; `expires` in ms since 1970. */
export type AssertionDefaults = {
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  expires: number | null;
};

export type EditMaker = (indicator: Indicator) => Result<EntryEdit, ErrorDetail>;

/**
 * Turns indicators into what `source` asserts, or says which tag does not fit its category. Entries
 * with the same tags get the very same object, which is then checked and put into text only once.
 */
export function editMaker(
  source: string,
  defaults: AssertionDefaults,
  categories: TagDefinitions,
): EditMaker {
  const merged = new WeakMap<Tags, Result<Tags, ErrorDetail>>();
  const tagsOf = (given: Tags) => {
    const known = merged.get(given);
    if (known !== undefined) return known;
    const checked = checkTags(categories, { ...defaults.tags, ...given });
    const tags = checked.ok ? ok(ownTags(checked.value)) : checked;
    merged.set(given, tags);
    return tags;
  };
  return ({ type, value, severity, scanAction, tags, description, expires }) => {
    const checked = tagsOf(tags);
    if (!checked.ok) return checked;
    const assertion = {
      severity: severity ?? defaults.severity,
      scanAction: scanAction ?? defaults.scanAction,
      tags: checked.value,
      description,
      expires: expires ?? defaults.expires,
    };
    return ok({ type, value, source, assertion });
  };
}
