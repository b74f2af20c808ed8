import { z } from "zod";
import { Timestamp } from "../http-api/paging.ts";
import { EntryId } from "../ids.ts";
import { ScanAction, Severity, Tags } from "../reputation.ts";

const Withdrawal = z.strictObject({ do: z.literal("delete") });
const Assertion = z.strictObject({
  do: z.literal("set"),
  severity: Severity.optional(),
  scanAction: ScanAction.optional(),
  /** Null: never. Absent: where users say nothing yet, theirs ends with the entry. */
  expires: Timestamp.nullable().optional(),
  /** Beside the tags that users gave already. */
  tags: Tags.optional(),
  /** Categories; only tags that users gave can be taken away. */
  removeTags: z.array(z.string().min(1).max(255)).max(50).optional(),
});
const Release = z.strictObject({ do: z.literal("release") });
const Discard = z.strictObject({ do: z.literal("discard") });

/**
 * What is done to many entries. `delete` withdraws what users, imports and clients of the web API
 * assert; `set` changes what users assert, and the strictest of all sources still counts; `release`
 * lets held assertions through; `discard` withdraws them.
 */
export const BulkAction = z.discriminatedUnion("do", [Withdrawal, Assertion, Release, Discard]);
export type BulkAction = z.infer<typeof BulkAction>;

const change = {
  /** In the query language; "" is every entry. Give either this or `ids`. */
  q: z.string().max(4096).optional(),
  ids: z.array(EntryId).min(1).max(1000).optional(),
  action: BulkAction,
};

type Targeted = { q?: string | undefined; ids?: unknown[] | undefined };
const isTargeted = ({ q, ids }: Targeted) => (q === undefined) !== (ids === undefined);
const TARGETED = { message: "Give either a query (q) or ids.", path: ["q"] };

export const BulkRequest = z.strictObject(change).refine(isTargeted, TARGETED);
export type BulkRequest = z.infer<typeof BulkRequest>;

export const BulkStart = z
  .strictObject({
    ...change,
    /** Matches as previewed: refused when there are over 10 % more or fewer now. */
    expected: z.number().int().min(0).optional(),
  })
  .refine(isTargeted, TARGETED);
export type BulkStart = z.infer<typeof BulkStart>;

/** What a change would do; `changes`, `unchanged` and `refused` are of the `looked` newest matches. */
export const BulkPreview = z.object({
  matches: z.object({ value: z.number().int(), exact: z.boolean() }),
  looked: z.number().int(),
  changes: z.number().int(),
  unchanged: z.number().int(),
  refused: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** Values that would change. */
  examples: z.array(z.string()),
});
export type BulkPreview = z.infer<typeof BulkPreview>;
