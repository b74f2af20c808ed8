import type { Db } from "../database.ts";
import { type EntryKey, keyOf, sourcesOf } from "../reputation/index.ts";
import { addressedEntries } from "./addressed-entries.ts";
import type { Parameters } from "./parameters.ts";
import { malformed } from "./web-api-error.ts";

/** `/repEntries/query`: those of the addresses asked for that there are entries of, whoever asserts them. */
export async function queryEntries(db: Db, parameters: Parameters): Promise<string[]> {
  const asked = addressedEntries(parameters, 412);
  if (asked.length === 0) throw malformed("Name at least one entry with ip, dns or url.");
  const keysOf = new Map(asked.map(({ address, key }) => [address, spellings(key)]));
  const known = await sourcesOf(db, [...keysOf.values()].flat());
  return [...keysOf].flatMap(([address, keys]) =>
    keys.some((key) => known.has(keyOf(key))) ? [address] : [],
  );
}

/** A name is found however far its entry reaches. */
function spellings(key: EntryKey): EntryKey[] {
  return key.type === "domain" ? [key, { ...key, type: "domain-exact" }] : [key];
}
