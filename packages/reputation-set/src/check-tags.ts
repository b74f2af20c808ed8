import {
  type ErrorDetail,
  ok,
  type Result,
  type TagDefinition,
  type Tags,
  type TagValue,
} from "@breakwater/protocol";
import { type Check, checkOf } from "./check-tag-value.ts";
import { foldCase } from "./fold-case.ts";
import { refuse } from "./refusal.ts";

const MOST_TAGS = 100;

type CompiledDefinition = { definition: TagDefinition; check: Check };

/** Definitions of tag categories, made ready for checking many entries; by name as it is and without case. */
export type TagDefinitions = ReadonlyMap<string, CompiledDefinition>;

export function compileDefinitions(definitions: readonly TagDefinition[]): TagDefinitions {
  return new Map(
    definitions.flatMap((definition) => {
      const compiled = { definition, check: checkOf(definition) };
      return [[definition.name, compiled] as const, [foldCase(definition.name), compiled] as const];
    }),
  );
}

/** The category of a name in any case. */
export function definitionOf(definitions: TagDefinitions, name: string): TagDefinition | undefined {
  return compiledOf(definitions, name)?.definition;
}

function compiledOf(definitions: TagDefinitions, name: string): CompiledDefinition | undefined {
  return definitions.get(name) ?? definitions.get(foldCase(name));
}

/**
 * Tags as they are stored: names and list values as their category spells them, times in UTC, numbers
 * and yes/no of their own type. What no category defines stays as it is. Fails with the first value that
 * its category does not take. Tags that are stored form already are answered themselves.
 */
export function checkTags(definitions: TagDefinitions, tags: Tags): Result<Tags, ErrorDetail> {
  const names = Object.keys(tags);
  if (names.length > MOST_TAGS) {
    const reason = `there are more than ${MOST_TAGS}`;
    return refuse("tags", String(names.length), reason, "Leave some out");
  }
  let stored: Map<string, TagValue> | undefined;
  for (const name of names) {
    const value = tags[name];
    const known = compiledOf(definitions, name);
    if (value === undefined || known === undefined) continue;
    const checked = known.check(value);
    if (!checked.ok) return checked;
    const { name: spelt } = known.definition;
    if (spelt === name && checked.value === value) continue;
    stored ??= new Map(Object.entries(tags));
    stored.delete(name);
    stored.set(spelt, checked.value);
  }
  return ok(stored === undefined ? tags : Object.fromEntries(stored));
}
