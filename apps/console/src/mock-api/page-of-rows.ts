type Query = { cursor?: string | undefined; limit: number };

/** A page of rows that are in memory; the cursor is the index of the next row. */
export function pageOfRows<T>(rows: readonly T[], { cursor, limit }: Query) {
  const from = cursor === undefined ? 0 : Number(cursor);
  const next = from + limit;
  return {
    items: rows.slice(from, next),
    ...(next < rows.length ? { nextCursor: String(next) } : {}),
    total: { value: rows.length, exact: true },
  };
}
