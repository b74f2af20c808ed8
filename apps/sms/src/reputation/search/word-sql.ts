import { ENTRY_TYPES, type Word } from "@breakwater/protocol";
import { refang } from "@breakwater/reputation-set";
import { sql } from "kysely";
import { likeLiteral } from "../../database.ts";
import type { Condition } from "../sets/criteria-sql.ts";
import { keysSql } from "./keys-sql.ts";
import { rangeSql } from "./range-sql.ts";

/** Anything shorter is found at the beginning only. */
const SHORTEST_SUBSTRING = 3;

/** As the index of their words has it. */
const NAMES = sql`e.type in ('domain', 'domain-exact', 'url')`;
const OTHERS = sql`e.type in ('ipv4', 'ipv6', 'cidr', 'md5', 'sha1', 'sha256')`;
const ANY_TYPE = sql`e.type in (${sql.join(ENTRY_TYPES.map((type) => sql.lit(type)))})`;

/**
 * Values that a word finds, through indexes in every case. In the middle it is looked for in names
 * and URLs; addresses and hashes are found by their beginning.
 */
export function wordSql(word: Word): Condition {
  switch (word.match) {
    case "any":
      return word.as === undefined ? textSql(word.text) : valueSql(word.as, word.text);
    case "exact":
      return exactSql(word);
    case "prefix":
      return prefixSql(word.text);
    case "suffix":
      return sql`(${NAMES} and e.value ilike ${`%${likeLiteral(word.text)}`})`;
    case "substring":
      return sql`(${NAMES} and e.value ilike ${`%${likeLiteral(word.text)}%`})`;
  }
}

function valueSql({ type, value }: NonNullable<Word["as"]>, text: string): Condition {
  switch (type) {
    case "cidr":
      return rangeSql(value);
    case "domain":
    case "domain-exact":
      return textSql(value);
    case "url":
      // What is typed may go on.
      return sql`(e.type = 'url' and e.value like ${`${likeLiteral(value)}%`} or ${textSql(text)})`;
    case "ipv4":
    case "ipv6":
    case "md5":
    case "sha1":
    case "sha256":
      return keysSql([{ type, value }]);
  }
}

function textSql(text: string): Condition {
  const plain = refang(text).replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  if (plain.length < SHORTEST_SUBSTRING) return prefixSql(plain);
  const literal = likeLiteral(plain);
  return sql`(${NAMES} and e.value ilike ${`%${literal}%`}
    or ${OTHERS} and e.value like ${`${literal.toLowerCase()}%`})`;
}

/** Hosts, addresses and hashes are in lower case; the path of a URL may not be. */
function prefixSql(text: string): Condition {
  const literal = likeLiteral(text);
  const lower = literal.toLowerCase();
  const asWritten = lower === literal ? sql`` : sql` or e.value like ${`${literal}%`}`;
  return sql`(${ANY_TYPE} and (e.value like ${`${lower}%`}${asWritten}))`;
}

function exactSql({ text, as }: Word): Condition {
  if (as === undefined) return sql`(${ANY_TYPE} and e.value = ${text})`;
  const others = as.type === "domain" ? [{ type: "domain-exact" as const, value: as.value }] : [];
  return keysSql([as, ...others]);
}
