import { parseArgs } from "node:util";
import { AppError, messageOf } from "@breakwater/protocol";
import { z } from "zod";
import type { HubConfigInput } from "./config.ts";

export const USAGE = `Usage: hub [options]

  --data-dir DIR        CA and, without a database URL, the database (env HUB_DATA_DIR)
  --database-url URL    PostgreSQL 15 or newer; without it, our own server (env DATABASE_URL)
  --web HOST:PORT       console and public API, 127.0.0.1:8440 (env HUB_WEB)
  --product HOST:PORT   enrolment and product API, 127.0.0.1:8441 (env HUB_PRODUCT)
  --web-url URL         address of the console as others reach it (env HUB_WEB_URL)
  --product-url URL     address that goes into enrollment tokens (env HUB_PRODUCT_URL)
  --console DIR         folder of the built console (env HUB_CONSOLE)
`;

const NAMES = [
  "data-dir",
  "database-url",
  "web",
  "product",
  "web-url",
  "product-url",
  "console",
] as const;
type Name = (typeof NAMES)[number];

const Address = z
  .string()
  .regex(/^(?:\[[0-9a-f:]+\]|[^:[\]]+):\d{1,5}$/i, "is HOST:PORT, such as 127.0.0.1:8440")
  .transform((text) => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
  });

const Options = z.object({
  "data-dir": z.string({ error: "is needed: say where to keep data" }),
  "database-url": z.string().optional(),
  web: Address.default({ host: "127.0.0.1", port: 8440 }),
  product: Address.default({ host: "127.0.0.1", port: 8441 }),
  "web-url": z.url().optional(),
  "product-url": z.url().optional(),
  console: z.string().optional(),
});

export type MainOptions = {
  config: Omit<HubConfigInput, "databaseUrl">;
  /** Undefined: run our own server. */
  databaseUrl: string | undefined;
};

/** Configuration from flags, then from the environment. Throws InvalidRequest that names the flag. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): MainOptions {
  const flags = readFlags(args);
  const given = Object.fromEntries(
    NAMES.map((name) => [name, flags[name] ?? env[environmentName(name)]]),
  );
  const options = Options.safeParse(given);
  if (!options.success) throw invalid(options.error);
  const { web, product, console } = options.data;
  return {
    databaseUrl: options.data["database-url"],
    config: {
      dataDir: options.data["data-dir"],
      web: { ...web, ...publicUrl(options.data["web-url"]) },
      product: { ...product, ...publicUrl(options.data["product-url"]) },
      ...(console === undefined ? {} : { consoleRoot: console }),
    },
  };
}

function readFlags(args: readonly string[]): Partial<Record<Name, string>> {
  const option = { type: "string" } as const;
  const options = {
    "data-dir": option,
    "database-url": option,
    web: option,
    product: option,
    "web-url": option,
    "product-url": option,
    console: option,
  } satisfies Record<Name, typeof option>;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new AppError("InvalidRequest", `${messageOf(cause)}\n\n${USAGE}`, { cause });
  }
}

function environmentName(name: Name): string {
  return name === "database-url" ? "DATABASE_URL" : `HUB_${name.replace("-", "_").toUpperCase()}`;
}

function publicUrl(url: string | undefined): { publicUrl?: string } {
  return url === undefined ? {} : { publicUrl: url };
}

function invalid(error: z.ZodError): AppError {
  const lines = error.issues.map(({ path, message }) => `--${path.join(".")} ${message}`);
  return new AppError("InvalidRequest", `${lines.join("\n")}\n\n${USAGE}`);
}
