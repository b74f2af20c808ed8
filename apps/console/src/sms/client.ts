import { createClient } from "@breakwater/client";
import type { SmsApi } from "@breakwater/protocol";
import { queriesOf } from "../query/queries-of.ts";

export const sms = createClient<SmsApi>({ baseUrl: "" });
export const smsQueries = queriesOf(sms);
