import { createClient } from "@breakwater/client";
import type { accountsApi } from "@breakwater/protocol";
import { queriesOf } from "../query/queries-of.ts";

export type AccountsApi = typeof accountsApi;

/** The part of both APIs about people, keys and audit. */
export const accounts = createClient<AccountsApi>({ baseUrl: "" });
export const accountsQueries = queriesOf(accounts);
