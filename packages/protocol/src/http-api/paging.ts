import { z } from "zod";

/** Keyset paging: `cursor` is opaque and comes from the previous page's `nextCursor`. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** `total` is exact up to a bound the server chooses; above it `exact` is false. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional(),
    total: z.object({ value: z.number().int(), exact: z.boolean() }),
  });
}

/** Answer of endpoints that return no body. */
export const NoContent = z.undefined();

export const Timestamp = z.iso.datetime({ offset: true });
