import { parseArgs } from "node:util";
import { AppError, messageOf } from "@breakwater/protocol";
import { z } from "zod";
import type { SmsConfigInput } from "./config.ts";

const USAGE = `Usage: sms [options]

  --data-dir DIR        CA, hub identity and, without a database URL, the database (env SMS_DATA_DIR)
  --database-url URL    PostgreSQL 15 or newer; without it, our own server (env DATABASE_URL)
  --name NAME           name of this SMS on the hub and in events (env SMS_NAME)
  --web HOST:PORT       console and REST API, 127.0.0.1:8450 (env SMS_WEB)
  --devices HOST:PORT   enrolment and agent API, 127.0.0.1:8451 (env SMS_DEVICES)
  --web-url URL         address of the console as others reach it (env SMS_WEB_URL)
  --devices-url URL     address that goes into enrollment tokens (env SMS_DEVICES_URL)
  --console DIR         folder of the built console (env SMS_CONSOLE)
  --web-api-query-credentials on|off
                        let clients of the SMS web API send smsuser and smspass in addresses,
                        off (env SMS_WEB_API_QUERY_CREDENTIALS)
`;

const Address = z
  .string()
  .regex(/^(?:\[[0-9a-f:]+\]|[^:[\]]+):\d{1,5}$/i, "is HOST:PORT, such as 127.0.0.1:8450")
  .transform((text) => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
  });

const Options = z.object({
  "data-dir": z.string({ error: "is needed: say where to keep data" }),
  "database-url": z.string().optional(),
  name: z.string().min(1).max(255).optional(),
  web: Address.default({ host: "127.0.0.1", port: 8450 }),
  devices: Address.default({ host: "127.0.0.1", port: 8451 }),
  "web-url": z.url().optional(),
  "devices-url": z.url().optional(),
  console: z.string().optional(),
  "web-api-query-credentials": z.enum(["on", "off"], { error: "is on or off" }).optional(),
});
type Name = keyof z.infer<typeof Options>;
const NAMES = Object.keys(Options.shape) as Name[];

export type MainOptions = {
  config: Omit<SmsConfigInput, "databaseUrl">;
  /** Undefined: run our own server. */
  databaseUrl: string | undefined;
};

/** Configuration from flags, then from the environment. Throws InvalidRequest that names the flag. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): MainOptions {
  const flags = readFlags(args);
  const given = NAMES.map((name) => [name, flags[name] ?? env[environmentName(name)]]);
  const options = Options.safeParse(Object.fromEntries(given));
  if (!options.success) throw invalid(options.error);
  const { name, web, devices, console: consoleRoot } = options.data;
  const queryCredentials = options.data["web-api-query-credentials"];
  return {
    databaseUrl: options.data["database-url"],
    config: {
      dataDir: options.data["data-dir"],
      web: { ...web, ...publicUrl(options.data["web-url"]) },
      devices: { ...devices, ...publicUrl(options.data["devices-url"]) },
      ...(name === undefined ? {} : { name }),
      ...(consoleRoot === undefined ? {} : { consoleRoot }),
      ...(queryCredentials === undefined
        ? {}
        : { webApi: { queryCredentials: queryCredentials === "on" } }),
    },
  };
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: "string" as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (cause) {
    throw new AppError("InvalidRequest", `${messageOf(cause)}\n\n${USAGE}`, { cause });
  }
}

function environmentName(name: Name): string {
  return name === "database-url"
    ? "DATABASE_URL"
    : `SMS_${name.replaceAll("-", "_").toUpperCase()}`;
}

function publicUrl(url: string | undefined): { publicUrl?: string } {
  return url === undefined ? {} : { publicUrl: url };
}

function invalid(error: z.ZodError): AppError {
  const lines = error.issues.map(({ path, message }) => `--${path.join(".")} ${message}`);
  return new AppError("InvalidRequest", `${lines.join("\n")}\n\n${USAGE}`);
}
