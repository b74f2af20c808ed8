export * from "./clock.ts";
export * from "./http/console-files.ts";
export * from "./http/error-reply.ts";
export * from "./http/http-app.ts";
export * from "./http/ndjson-stream.ts";
export * from "./jobs/poll-loop.ts";
export * from "./log.ts";
export * from "./principal.ts";
