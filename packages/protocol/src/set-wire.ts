import { z } from "zod";
import { SetChecksum, SetId } from "./ids.ts";
import { EntryType } from "./reputation.ts";

/** One element of a reputation set: the entry and the number of the filter that won. */
export const SetMember = z.object({ type: EntryType, value: z.string(), filter: z.number().int() });
export type SetMember = z.infer<typeof SetMember>;

/** `["+", type, value, filter]` adds or replaces; `["-", type, value]` removes. */
export const SetOperation = z.union([
  z.tuple([z.literal("+"), EntryType, z.string(), z.number().int()]),
  z.tuple([z.literal("-"), EntryType, z.string()]),
]);
export type SetOperation = z.infer<typeof SetOperation>;

/** A set at one version. The checksum covers every member, so equal checksums mean equal sets. */
export const SetPosition = z.object({
  set: SetId,
  version: z.number().int().min(0),
  checksum: SetChecksum,
  count: z.number().int().min(0),
});
export type SetPosition = z.infer<typeof SetPosition>;

/** Applies to version `from` only; afterwards the set is at `to` with `checksum` and `count`. */
export const SetDelta = z.object({
  set: SetId,
  from: z.number().int().min(0),
  to: z.number().int().min(0),
  operations: z.array(SetOperation),
  checksum: SetChecksum,
  count: z.number().int().min(0),
});
export type SetDelta = z.infer<typeof SetDelta>;

/**
 * What a set has become since a version that was asked for. Without a delta either nothing changed,
 * or the way is too long or unknown: then `position` is another one, and the snapshot helps.
 */
export const SetChanges = z.object({ position: SetPosition, delta: SetDelta.nullable() });
export type SetChanges = z.infer<typeof SetChanges>;
