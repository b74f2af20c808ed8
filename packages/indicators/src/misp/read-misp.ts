import type { Severity, Tags } from "@breakwater/protocol";
import { inputError } from "../input/input-error.ts";
import { jsonDocument } from "../input/json-document.ts";
import type { ByteSource, Indicator, ReadingBatch, ReadOptions } from "../reading.ts";
import { Outcome } from "../values/outcome.ts";
import { READER_TAG, tagDate, tagList, tagText } from "../values/reader-tags.ts";
import { shortened } from "../values/rejection.ts";
import { attributeTargets } from "./attribute-targets.ts";
import { MispAttribute, type MispEvent, mispEvents } from "./misp-event.ts";

export type MispReadOptions = ReadOptions & {
  /** Also attributes that are not marked for detection (`to_ids`). */
  allAttributes?: boolean;
};

const THREAT_LEVELS: Readonly<Record<string, Severity>> = {
  "1": "High",
  "2": "Medium",
  "3": "Low",
};

/**
 * Reads MISP events: an export, an event of a feed or an answer of the API, of at most 64 MiB, as
 * one batch. `line` counts attributes, those of objects after the event's own.
 */
export async function* readMisp(
  source: ByteSource,
  options: MispReadOptions,
): AsyncGenerator<ReadingBatch> {
  const events = mispEvents(await jsonDocument(source, options.maxBytes));
  if (events === undefined) {
    const remedy = "Give the JSON export of an event, or an event file of a feed";
    throw inputError("Unprocessable", "it is no MISP event", remedy);
  }
  const outcome = new Outcome();
  const line = events.reduce((before, event) => readEvent(event, before, options, outcome), 0);
  yield { readings: outcome.readings, ignored: outcome.ignored, offset: 0, line };
}

/** The number of the event's last attribute. */
function readEvent(
  event: MispEvent,
  before: number,
  options: MispReadOptions,
  outcome: Outcome,
): number {
  let line = before;
  const groups = [{ comment: "", deleted: false, Attribute: event.Attribute }, ...event.Object];
  for (const { comment, deleted, Attribute } of groups) {
    for (const item of Attribute) {
      line++;
      const attribute = MispAttribute.safeParse(item);
      if (!attribute.success) outcome.ignore("attributes without a type or value");
      else if (deleted || attribute.data.deleted) outcome.ignore("deleted attributes");
      else readAttribute(attribute.data, event, comment ?? "", line, options, outcome);
    }
  }
  return line;
}

function readAttribute(
  attribute: MispAttribute,
  event: MispEvent,
  comment: string,
  line: number,
  options: MispReadOptions,
  outcome: Outcome,
): void {
  const { type, value, to_ids } = attribute;
  const targets = attributeTargets(type, value);
  if (!to_ids && (options.allAttributes !== true || targets === undefined)) {
    outcome.ignore(`${shortened(type, 40)}: not marked for detection (to_ids)`);
  } else if (targets === undefined) {
    const reason = `there is no type of entry for attributes of type ${shortened(type, 40)}`;
    outcome.reject(
      line,
      value,
      reason,
      "Addresses, domains, URLs, MD5, SHA-1 and SHA-256 are read",
    );
  } else {
    const facts = factsOf(attribute, event, comment);
    for (const target of targets) outcome.take(line, target.value, target.type, facts);
  }
}

function factsOf(
  attribute: MispAttribute,
  event: MispEvent,
  comment: string,
): Omit<Indicator, "type" | "value"> {
  const description = attribute.comment || comment || event.info;
  return {
    severity: THREAT_LEVELS[event.threat_level_id] ?? null,
    scanAction: null,
    tags: tagsOf(attribute, event),
    description: shortened(description.trim(), 500),
    expires: null,
  };
}

function tagsOf(attribute: MispAttribute, event: MispEvent): Tags {
  const names = [...event.Tag, ...attribute.Tag];
  const tlp = names.filter((name) => /^tlp:/i.test(name)).map((name) => name.toUpperCase());
  const found: readonly (readonly [string, string | string[] | undefined])[] = [
    [READER_TAG.event, tagText(event.info)],
    [READER_TAG.category, tagText(attribute.category ?? "")],
    [READER_TAG.tags, tagList(names)],
    [READER_TAG.marking, tagList(tlp)],
    [READER_TAG.firstSeen, tagDate(attribute.first_seen)],
    [READER_TAG.lastSeen, tagDate(attribute.last_seen)],
  ];
  const tags: Tags = {};
  for (const [category, value] of found) {
    if (value !== undefined && value.length > 0) tags[category] = value;
  }
  return tags;
}
