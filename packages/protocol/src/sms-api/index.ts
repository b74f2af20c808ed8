import { accountsApi } from "../accounts-api.ts";
import { devicesApi } from "./devices.ts";
import { eventsApi } from "./events.ts";
import { exceptionsApi } from "./exceptions.ts";
import { feedsApi } from "./feeds.ts";
import { importsApi } from "./imports.ts";
import { jobsApi } from "./jobs.ts";
import { overviewApi } from "./overview.ts";
import { profilesApi } from "./profiles.ts";
import { reputationApi } from "./reputation.ts";
import { safeguardsApi } from "./safeguards.ts";
import { sourcesApi } from "./sources.ts";
import { tagCategoriesApi } from "./tag-categories.ts";
import { visionOneApi } from "./vision-one.ts";

/** The whole REST API of the SMS; OpenAPI, the console and the CLI come from it. */
export const smsApi = {
  ...accountsApi,
  ...overviewApi,
  ...reputationApi,
  ...tagCategoriesApi,
  ...profilesApi,
  ...devicesApi,
  ...eventsApi,
  ...exceptionsApi,
  ...feedsApi,
  ...sourcesApi,
  ...importsApi,
  ...jobsApi,
  ...safeguardsApi,
  ...visionOneApi,
} as const;
export type SmsApi = typeof smsApi;

export * from "./bulk-changes.ts";
export * from "./devices.ts";
export * from "./events.ts";
export * from "./exceptions.ts";
export * from "./feeds.ts";
export * from "./imports.ts";
export * from "./jobs.ts";
export * from "./overview.ts";
export * from "./profiles.ts";
export * from "./reputation.ts";
export * from "./safeguards.ts";
export * from "./sources.ts";
export * from "./tag-categories.ts";
export * from "./vision-one.ts";
