export { ingestEvents } from "./ingest-events.ts";
export { createPartitions } from "./partitions.ts";
export { eventsAfter, type HourCount, hourlyCounts } from "./store.ts";
