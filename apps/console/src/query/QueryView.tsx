import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { LoadFailed, Loading } from "../ui/states.tsx";

export type QueryViewProps<T> = {
  query: Pick<UseQueryResult<T>, "data" | "error" | "refetch">;
  /** What is loaded, in words: "the devices". */
  what: string;
  children: (data: T) => ReactNode;
};

/** Loading, failed, or the data. A failed refresh keeps the last data; the top bar tells its age. */
export function QueryView<T>({ query, what, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null)
    return <LoadFailed error={query.error} what={what} onRetry={() => void query.refetch()} />;
  return <Loading what={what} />;
}
