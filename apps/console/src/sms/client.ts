import { type Client, createClient } from "@breakwater/client";
import type { SmsApi } from "@breakwater/protocol";
import { type Queries, queriesOf } from "../query/queries-of.ts";

export const sms: Client<SmsApi> = createClient<SmsApi>({ baseUrl: "" });
export const smsQueries: Queries<SmsApi> = queriesOf(sms);
