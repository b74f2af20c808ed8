import { type QueryKey, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";

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

/**
 * A list, newest first, that never moves by itself: what arrives later is only counted (`fresh`)
 * until `showFresh` is called. An empty list fills by itself.
 */
export function useLivePages<T extends { id: string }>(options: PagesOptions<T>) {
  const list = useInfiniteQuery({
    ...options,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const newest = useQuery({
    queryKey: [...options.queryKey, "newest"],
    queryFn: ({ signal }) => options.queryFn({ signal, pageParam: undefined }),
    refetchInterval: POLL_MS,
    enabled: list.data !== undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const top = rows[0]?.id;
  const fresh = countBefore(newest.data?.items ?? [], top);
  const { refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const showFresh = useCallback(() => void refetch(), [refetch]);
  const isEmpty = list.data !== undefined && rows.length === 0;
  const hasFresh = fresh.count > 0;
  useEffect(() => {
    if (isEmpty && hasFresh) void refetch();
  }, [isEmpty, hasFresh, refetch]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return {
    list,
    rows,
    fresh,
    showFresh,
    more,
    total: newest.data?.total ?? list.data?.pages[0]?.total,
  };
}

/** How many items stand before the one with this id; when it is not among them, at least that many. */
function countBefore(
  items: readonly { id: string }[],
  top: string | undefined,
): { count: number; atLeast: boolean } {
  const at = items.findIndex((item) => item.id === top);
  return at === -1
    ? { count: items.length, atLeast: top !== undefined }
    : { count: at, atLeast: false };
}
