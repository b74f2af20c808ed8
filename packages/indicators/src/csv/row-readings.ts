import { type ErrorDetail, invalidField, type Tags } from "@breakwater/protocol";
import type { ColumnRole, CsvLayout } from "../csv-columns.ts";
import type { Indicator, Reading } from "../reading.ts";
import { parseExpiry } from "../values/expiry.ts";
import { NO_TAGS, rejection, shortened } from "../values/rejection.ts";
import { parseScanAction } from "../values/scan-action.ts";
import { parseSeverity } from "../values/severity.ts";
import { type Target, targetsOf } from "../values/targets.ts";
import { parseWantedType } from "../values/wanted-type.ts";

/** Most columns of a row. */
export const MAX_COLUMNS = 200;
const MAX_TAG = 255;

type Places = {
  value: number;
  type: number;
  severity: number;
  scanAction: number;
  expires: number;
  description: number;
  tags: readonly { at: number; category: string }[];
};

type Facts = Omit<Indicator, "type" | "value">;

/** Reads rows of one layout. Throws an {@link AppError} when the layout makes no sense. */
export function rowReader(layout: CsvLayout, now: number) {
  const places = placesOf(layout.columns);
  return (cells: readonly string[], line: number, out: Reading[]): void => {
    const raw = cell(cells, places.value);
    const targets = cells.length > MAX_COLUMNS ? tooManyColumns(cells) : targetsIn(cells, places);
    if (isProblem(targets)) {
      out.push(rejection(line, raw, targets));
      return;
    }
    const facts = factsIn(cells, places, now);
    if (isProblem(facts)) {
      out.push(rejection(line, raw, facts));
      return;
    }
    for (const { type, value } of targets) {
      const { severity, scanAction, tags, description, expires } = facts;
      const indicator = { type, value, severity, scanAction, tags, description, expires };
      out.push({ kind: "indicator", line, indicator });
    }
  };
}

function isProblem(found: ErrorDetail | readonly Target[] | Facts): found is ErrorDetail {
  return "reason" in found;
}

function placesOf(columns: readonly ColumnRole[]): Places {
  if (columns.length > MAX_COLUMNS) {
    const remedy = `Give at most ${MAX_COLUMNS}`;
    throw invalidField("columns", String(columns.length), "there are too many", remedy);
  }
  const repeated = columns.find((role, i) => role !== "ignore" && columns.indexOf(role) !== i);
  if (repeated !== undefined) {
    throw invalidField("columns", repeated, "it is given twice", "Choose one column for it");
  }
  if (!columns.includes("value")) {
    const remedy = "Choose the column that holds addresses, domains, URLs or hashes";
    throw invalidField("columns", columns.join(", "), "none is the value", remedy);
  }
  return {
    value: columns.indexOf("value"),
    type: columns.indexOf("type"),
    severity: columns.indexOf("severity"),
    scanAction: columns.indexOf("scanAction"),
    expires: columns.indexOf("expires"),
    description: columns.indexOf("description"),
    tags: columns.flatMap((role, at) =>
      role.startsWith("tag:") ? [{ at, category: role.slice(4) }] : [],
    ),
  };
}

/** What an absent column holds is nothing. */
function cell(cells: readonly string[], at: number): string {
  return cells[at]?.trim() ?? "";
}

/** A cell of text, without the apostrophe that exports put before what looks like a formula. */
function textCell(cells: readonly string[], at: number): string {
  return cell(cells, at).replace(/^'(?=[=+\-@\t\r])/, "");
}

function tooManyColumns(cells: readonly string[]): ErrorDetail {
  const reason = `the row has ${cells.length} columns, more than ${MAX_COLUMNS}`;
  return { reason, remedy: "Check the delimiter" };
}

function targetsIn(cells: readonly string[], places: Places): ErrorDetail | readonly Target[] {
  const raw = cell(cells, places.value);
  if (raw === "") return missingValue(cells, places.value);
  const word = cell(cells, places.type);
  const wanted = word === "" ? undefined : parseWantedType(word);
  if (word !== "" && wanted === undefined) {
    const remedy =
      "Write ip, cidr, domain, domain-exact, url, md5, sha1 or sha256, or leave it empty";
    return { reason: `"${shortened(word, 40)}" is no type`, remedy };
  }
  const result = targetsOf(raw, wanted);
  return result.ok ? result.value : result.error;
}

function missingValue(cells: readonly string[], at: number): ErrorDetail {
  if (at >= cells.length) {
    const reason = `the row has ${cells.length} columns, and the value is column ${at + 1}`;
    return { reason, remedy: "Check the delimiter and the columns" };
  }
  return { reason: `column ${at + 1}, the value, is empty`, remedy: "Fill it in" };
}

function factsIn(cells: readonly string[], places: Places, now: number): ErrorDetail | Facts {
  const severityText = cell(cells, places.severity);
  const severity = severityText === "" ? null : parseSeverity(severityText);
  if (severity === undefined) {
    const remedy = "Write High, Medium or Low, or a number from 0 to 100";
    return { reason: `"${shortened(severityText, 40)}" is no severity`, remedy };
  }
  const actionText = cell(cells, places.scanAction);
  const scanAction = actionText === "" ? null : parseScanAction(actionText);
  if (scanAction === undefined) {
    const reason = `"${shortened(actionText, 40)}" is no scan action`;
    return { reason, remedy: "Write block or log; what is allowed belongs to the exceptions" };
  }
  const expires = expiresIn(cells, places.expires, now);
  if (typeof expires === "object" && expires !== null) return expires;
  const tags = tagsIn(cells, places.tags);
  if (typeof tags === "string") {
    const reason = `the tag ${shortened(tags, 40)} is longer than ${MAX_TAG} characters`;
    return { reason, remedy: "Shorten it, or ignore its column" };
  }
  const description = shortened(textCell(cells, places.description), 500);
  return { severity, scanAction, expires, tags, description };
}

function expiresIn(cells: readonly string[], at: number, now: number): ErrorDetail | number | null {
  const text = cell(cells, at);
  if (text === "") return null;
  const expires = parseExpiry(text, now);
  if (expires === undefined) {
    const remedy = "Write 2030-01-31T12:00:00Z, seconds since 1970, or +7d";
    return { reason: `"${shortened(text, 40)}" is no date`, remedy };
  }
  if (expires === null || expires > now) return expires;
  const reason = `it expired at ${new Date(expires).toISOString()}`;
  return { reason, remedy: "Give it a later date" };
}

/** The tags, or the category whose text is too long. */
function tagsIn(cells: readonly string[], places: Places["tags"]): Tags | string {
  if (places.length === 0) return NO_TAGS;
  const tags: Tags = {};
  for (const { at, category } of places) {
    const text = textCell(cells, at);
    if (text.length > MAX_TAG) return category;
    if (text !== "") tags[category] = text;
  }
  return tags;
}
