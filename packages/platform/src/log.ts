import { type Logger, pino } from "pino";

export type Log = Logger;

const SECRET_PATHS = [
  "password",
  "token",
  "secret",
  "apiKey",
  "*.password",
  "*.token",
  "*.secret",
  "*.apiKey",
  "req.headers.authorization",
  "req.headers.cookie",
  "headers.authorization",
  "headers.cookie",
];

export type LogOptions = { name: string; level?: string; file?: string };

/** JSON lines to standard output, or to `file`. Secrets are redacted by field name. */
export function createLog({ name, level = "info", file }: LogOptions): Log {
  const options = { name, level, redact: { paths: SECRET_PATHS, censor: "[redacted]" } };
  return file === undefined
    ? pino(options)
    : pino(options, pino.destination({ dest: file, sync: false, mkdir: true }));
}

export function silentLog(): Log {
  return pino({ level: "silent" });
}
