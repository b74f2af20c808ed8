import { type Logger, pino } from "pino";
import { logDestination } from "./log-destination.ts";

export type Log = Logger;

const SECRET_FIELDS = [
  "password",
  "token",
  "secret",
  "apiKey",
  "privateKey",
  "authorization",
  "cookie",
];
const SECRET_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export type LogOptions = { name: string; level?: string; file?: string };

/** JSON lines to standard output, or to `file`. Secrets are redacted by field name. */
export function createLog({ name, level = "info", file }: LogOptions): Log {
  const options = { name, level, redact: { paths: SECRET_PATHS, censor: "[redacted]" } };
  return pino(options, logDestination(file));
}

export function silentLog(): Log {
  return pino({ level: "silent" });
}
