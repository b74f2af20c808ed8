import { keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";

type Page<T> = {
  items: T[];
  nextCursor?: string | undefined;
  total: { value: number; exact: boolean };
};
type PagesOptions<T> = {
  queryKey: QueryKey;
  queryFn: (context: { signal: AbortSignal; pageParam: string | undefined }) => Promise<Page<T>>;
  initialPageParam: string | undefined;
  getNextPageParam: (last: Page<T>) => string | undefined;
};

const POLL_MS = 3_000;
/** Asking again for many pages costs more than it tells. */
const SLOW_POLL_MS = 15_000;

/**
 * A list that renews itself; `more` loads the next page once it is wanted. Another question shows the
 * last answer until its own is there; with `enabled` false it stays.
 */
export function usePages<T>(options: PagesOptions<T>, { enabled = true } = {}) {
  const list = useInfiniteQuery({
    ...options,
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      (query.state.data?.pages.length ?? 0) > 3 ? SLOW_POLL_MS : POLL_MS,
  });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return {
    list,
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    total: list.data?.pages[0]?.total,
    more,
  };
}
export type Pages<T> = Pick<ReturnType<typeof usePages<T>>, "rows" | "total" | "more"> & {
  list: { data: unknown; error: unknown; refetch: () => unknown };
};
