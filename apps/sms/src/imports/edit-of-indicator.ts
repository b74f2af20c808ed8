import type { Indicator } from "@breakwater/indicators";
import type { ScanAction, Severity, Tags } from "@breakwater/protocol";
import { type EntryEdit, ownTags } from "../reputation/index.ts";

/** What a source says of an entry when its input does not; `expires` in ms since 1970. */
export type AssertionDefaults = {
  severity: Severity | null;
  scanAction: ScanAction | null;
  tags: Tags;
  expires: number | null;
};

/**
 * Turns indicators into what `source` asserts. Entries with the same tags get the very same object,
 * which is then put into text only once.
 */
export function editMaker(
  source: string,
  defaults: AssertionDefaults,
): (indicator: Indicator) => EntryEdit {
  const plain = ownTags(defaults.tags);
  const merged = new WeakMap<Tags, Tags>();
  const tagsOf = (given: Tags) => {
    const known = merged.get(given);
    if (known !== undefined) return known;
    const tags = Object.keys(given).length === 0 ? plain : { ...plain, ...ownTags(given) };
    merged.set(given, tags);
    return tags;
  };
  return ({ type, value, severity, scanAction, tags, description, expires }) => ({
    type,
    value,
    source,
    assertion: {
      severity: severity ?? defaults.severity,
      scanAction: scanAction ?? defaults.scanAction,
      tags: tagsOf(tags),
      description,
      expires: expires ?? defaults.expires,
    },
  });
}
