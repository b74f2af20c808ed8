import { z } from "zod";

const text = z.string().optional().catch(undefined);
const list = z.array(z.string()).catch([]);

/** Any STIX object; only its type must be there. */
export const StixObject = z.looseObject({
  type: z.string(),
  id: z.string().catch("an object without id"),
  modified: text,
});
export type StixObject = z.infer<typeof StixObject>;

/** An Indicator of STIX 2.0 or 2.1. What other fields hold is no reason to refuse it. */
export const StixIndicator = StixObject.extend({
  pattern: z.string(),
  pattern_type: text,
  name: text,
  description: text,
  valid_from: text,
  valid_until: text,
  revoked: z.boolean().catch(false),
  labels: list,
  indicator_types: list,
  confidence: z.number().min(0).max(100).optional().catch(undefined),
  object_marking_refs: list,
});
export type StixIndicator = z.infer<typeof StixIndicator>;

export const MarkingDefinition = StixObject.extend({
  name: text,
  definition_type: text,
  definition: z.looseObject({ tlp: text, statement: text }).optional().catch(undefined),
});
