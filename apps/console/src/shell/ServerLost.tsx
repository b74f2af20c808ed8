import { ApiError } from "@breakwater/client";
import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { formatClock } from "../lib/format-time.ts";

/** Says that the server does not answer, and how old is what is still shown. */
export function ServerLost() {
  const cache = useQueryClient().getQueryCache();
  const lostSince = useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => newestDataOfLost(cache.getAll()),
  );
  if (lostSince === undefined) return null;
  return (
    <div
      role="alert"
      className="flex-none border-b border-error/40 bg-error-soft px-4 py-1.5 text-center"
    >
      The server does not answer.{" "}
      {lostSince > 0 && `What you see is from ${formatClock(new Date(lostSince))}. `}
      Trying again by itself.
    </div>
  );
}

type QueryLike = {
  isActive: () => boolean;
  state: { error: unknown; fetchFailureReason: unknown; dataUpdatedAt: number };
};

function newestDataOfLost(queries: readonly QueryLike[]): number | undefined {
  const lost = queries.filter(
    (query) =>
      query.isActive() &&
      (isUnreachable(query.state.error) || isUnreachable(query.state.fetchFailureReason)),
  );
  return lost.length === 0
    ? undefined
    : Math.max(...lost.map((query) => query.state.dataUpdatedAt));
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "Unreachable" || error.code === "TimedOut");
}
