import { formatRange, parseRange } from "@breakwater/reputation-set";
import { sql } from "kysely";
import type { Condition } from "../sets/criteria-sql.ts";
import { coveringKeys } from "./covering-keys.ts";
import { keysSql } from "./keys-sql.ts";

/** Beginnings of the text form that together hold a range; `exact` when they hold nothing else. */
type Beginnings = { texts: string[]; exact: boolean };

/**
 * Addresses inside a canonical range, and ranges that overlap it. Through the index on type and
 * value: by the beginnings of the text forms, and by the few ranges that could contain it.
 */
export function rangeSql(value: string): Condition {
  const range = parseRange(value);
  if (range === undefined) return sql`false`;
  const { texts, exact } = range.bytes.length === 4 ? ipv4Beginnings(value) : ipv6Beginnings(value);
  const type = range.bytes.length === 4 ? "ipv4" : "ipv6";
  const network = formatRange(range);
  // Only addresses can be read as such, so the type is tested first.
  const inside = (of: string) =>
    sql`case when e.type = ${of} then e.value::inet <<= ${network}::inet else false end`;
  const begins = sql.join(
    texts.map((text) => sql`e.value >= ${text} and e.value < ${after(text)}`),
    sql` or `,
  );
  return sql`(e.type = ${type} and (${begins}) and ${exact ? sql`true` : inside(type)}
    or e.type = 'cidr' and (${begins}) and ${inside("cidr")}
    or ${keysSql(coveringKeys({ type: "cidr", value: network }))})`;
}

/** One per value of the octet in which the prefix ends: at most 128. */
function ipv4Beginnings(value: string): Beginnings {
  const { bytes, prefix } = parseRange(value) ?? { bytes: new Uint8Array(4), prefix: 32 };
  const whole = Math.min(3, Math.floor((prefix - 1) / 8));
  const head = [...bytes.subarray(0, whole)].map((octet) => `${octet}.`).join("");
  if (prefix > 24) return { texts: [head], exact: false };
  const free = (whole + 1) * 8 - prefix;
  const first = bytes[whole] ?? 0;
  const texts = Array.from({ length: 2 ** free }, (_, i) => `${head}${first + i}.`);
  return { texts, exact: true };
}

/** The groups before the first zero one; those behind may be shortened away. */
function ipv6Beginnings(value: string): Beginnings {
  const { bytes, prefix } = parseRange(value) ?? { bytes: new Uint8Array(16), prefix: 128 };
  const groups: string[] = [];
  const whole = Math.min(7, Math.floor(prefix / 16));
  for (let i = 0; i < whole * 2; i += 2) {
    const group = ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    if (group === 0) break;
    groups.push(`${group.toString(16)}:`);
  }
  return { texts: [groups.join("")], exact: false };
}

/** The first text behind all that begin with `text`. */
function after(text: string): string {
  if (text === "") return "\u007f";
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1);
}
