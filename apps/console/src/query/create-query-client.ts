import { ApiError } from "@breakwater/client";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

export const SESSION_KEY = ["GET /auth/v1/session", {}] as const;

/** Answers are shared structurally, so rows that did not change are not drawn again. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    // The session ended elsewhere: show the login page over the same address.
    if (error instanceof ApiError && error.status === 401) client.setQueryData(SESSION_KEY, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
    },
  });
  return client;
}

function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
