export type { FeedRunDeps } from "./feed-work.ts";
export { presentFeeds } from "./present-feed.ts";
export { feedRunJob } from "./run-feed.ts";
