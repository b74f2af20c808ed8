import { expect, test } from "vitest";
import { describeQuery } from "./describe-query.ts";
import { parseQuery } from "./parse-query.ts";

test.each([
  ["", "All entries."],
  ["type:url,domain -severity:Low", "Entries of type url or domain, and not of severity Low."],
  ["no:expiry source:Local", 'Entries that have no expiry, and asserted by "Local".'],
  ['"Case":7* evil', 'Entries with the tag "Case" = "7…", and whose value contains "evil".'],
  ["expires:<24h", "Entries that expire within 24h."],
  ["added:>7d", "Entries added longer ago than 7d."],
  ["seen:7d is:new", "Entries seen in events of the last 7d, and that are new."],
])("%s", (text, expected) => expect(describeQuery(parseQuery(text).query)).toBe(expected));
