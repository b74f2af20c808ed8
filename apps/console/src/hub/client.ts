import { createClient } from "@breakwater/client";
import type { HubApi } from "@breakwater/protocol";
import { queriesOf } from "../query/queries-of.ts";

export const hub = createClient<HubApi>({ baseUrl: "" });
export const hubQueries = queriesOf(hub);
