import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePages } from "../../query/use-pages.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { smsQueries } from "../client.ts";
import { readQuery } from "./search/read-query.ts";

const DEFAULTS = { q: "", open: "", add: "" };
const FACETS_MS = 10_000;

/** The search in the address, what it finds, and what the finds consist of. */
export function useObjectSearch() {
  const [view, setView] = useUrlState(DEFAULTS);
  const q = view.q.trim();
  const isValid = useMemo(() => readQuery(q).problems.length === 0, [q]);
  const query = q === "" ? {} : { q };
  const pages = usePages(
    smsQueries.pages("GET /api/v1/reputation/entries", { ...query, limit: 100 }),
    { enabled: isValid },
  );
  const facets = useQuery({
    ...smsQueries.one("GET /api/v1/reputation/facets", { query }),
    enabled: isValid,
    placeholderData: keepPreviousData,
    refetchInterval: FACETS_MS,
  }).data?.facets;
  const tagCategories =
    useQuery({ ...smsQueries.one("GET /api/v1/reputation/tag-categories"), staleTime: 60_000 }).data
      ?.items ?? [];
  return { view, setView, q, isValid, pages, facets, tagCategories };
}
