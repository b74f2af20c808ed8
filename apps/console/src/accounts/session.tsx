import { ApiError } from "@breakwater/client";
import type { CurrentSession, Permission } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { SESSION_KEY } from "../query/create-query-client.ts";
import { accounts } from "./client.ts";

/** The session, null when nobody is logged in, undefined while it is being asked. */
export function useSessionQuery() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }): Promise<CurrentSession | null> => {
      try {
        return await accounts("GET /auth/v1/session", { signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    refetchInterval: 60_000,
  });
}

const SessionContext = createContext<CurrentSession | undefined>(undefined);
export const SessionProvider = SessionContext.Provider;

export function useSession(): CurrentSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession needs a SessionProvider");
  return session;
}

export function useCan(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}

/** Why a button is not for this user, or undefined when it is. */
export function useDenied(permission: Permission): string | undefined {
  return useCan(permission) ? undefined : `Your role lacks the permission "${permission}"`;
}
