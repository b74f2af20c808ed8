import { z } from "zod";

const text = z.string().nullish().catch(undefined);
/** MISP has written flags as booleans, numbers and strings. */
const flag = z.preprocess((value) => value === true || value === 1 || value === "1", z.boolean());
const tags = z
  .array(z.looseObject({ name: z.string() }))
  .catch([])
  .transform((list) => list.map(({ name }) => name));

export const MispAttribute = z.looseObject({
  type: z.string(),
  value: z.string(),
  category: text,
  comment: text,
  to_ids: flag,
  deleted: flag,
  first_seen: text,
  last_seen: text,
  Tag: tags,
});
export type MispAttribute = z.infer<typeof MispAttribute>;

const MispObject = z.looseObject({
  comment: text,
  deleted: flag,
  Attribute: z.array(z.unknown()).catch([]),
});

export const MispEvent = z.looseObject({
  info: z.string().catch(""),
  threat_level_id: z.coerce.string().catch(""),
  Attribute: z.array(z.unknown()).catch([]),
  Object: z.array(MispObject).catch([]),
  Tag: tags,
});
export type MispEvent = z.infer<typeof MispEvent>;

const Wrapped = z.looseObject({ Event: MispEvent });
/** What a search for attributes answers: no event around them. */
const Attributes = z.looseObject({ Attribute: z.array(z.unknown()) });

/** The events of an export, a feed's event file or an answer of the API; undefined when it is none. */
export function mispEvents(document: unknown): MispEvent[] | undefined {
  const response = z.looseObject({ response: z.unknown() }).safeParse(document);
  const inner = response.success ? response.data.response : document;
  if (Array.isArray(inner)) {
    const events = z.array(Wrapped).safeParse(inner);
    return events.success ? events.data.map(({ Event }) => Event) : undefined;
  }
  const single = Wrapped.safeParse(inner);
  if (single.success) return [single.data.Event];
  const attributes = Attributes.safeParse(inner);
  return attributes.success ? [MispEvent.parse(attributes.data)] : undefined;
}
