export type { OverviewFacts } from "./read-overview.ts";
