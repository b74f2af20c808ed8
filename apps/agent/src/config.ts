import { hostname } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError, messageOf } from "@breakwater/protocol";
import { z } from "zod";

const interfaceName = z.string().regex(/^[^\s/,]{1,15}$/, "is not an interface name");
const MIB = 1 << 20;

/** Everything an agent is told from outside. Sizes in bytes. */
export const AgentConfig = z.object({
  dataDirectory: z
    .string()
    .min(1)
    .transform((path) => resolve(path)),
  /** Needed once; afterwards the identity is on disk. */
  token: z.string().min(1).optional(),
  interfaces: z.tuple([interfaceName, interfaceName]),
  netns: z.string().min(1).max(64).optional(),
  /** Until the SMS gives another name. */
  name: z
    .string()
    .min(1)
    .max(255)
    .default(() => hostname()),
  model: z.string().min(1).max(120).default("Breakwater agent"),
  suricata: z.string().min(1).optional(),
  threads: z.number().int().min(1).max(64).default(1),
  maxMembers: z.number().int().min(1).max(50_000_000).default(10_000_000),
  spoolBytes: z
    .number()
    .int()
    .min(4 * MIB)
    .default(2048 * MIB),
  spoolReserveBytes: z
    .number()
    .int()
    .min(0)
    .default(64 * MIB),
  /** The event file is begun anew at this size. */
  eveRotateBytes: z
    .number()
    .int()
    .min(MIB / 16)
    .default(64 * MIB),
  /** What becomes of the engine when the agent is told to stop. */
  engineOnStop: z.enum(["keep", "stop"]).default("keep"),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});
export type AgentConfig = z.infer<typeof AgentConfig>;
export type AgentConfigInput = z.input<typeof AgentConfig>;

export const USAGE = `usage: agent --data DIR --interfaces A,B [--token TOKEN]
             [--netns NAME] [--name NAME] [--model TEXT] [--suricata PROGRAM]
             [--threads N] [--engine-on-stop keep|stop] [--log-level LEVEL]`;

/**
 * The configuration from a command line; `BREAKWATER_TOKEN` holds a token that must not be seen in
 * the process list.
 * @throws AppError `InvalidRequest` naming the option, its value and what it should be
 */
export function configFromArguments(args: readonly string[], env: NodeJS.ProcessEnv): AgentConfig {
  const values = readOptions(args);
  const token = values.token ?? env["BREAKWATER_TOKEN"];
  return parseConfig({
    dataDirectory: values.data,
    interfaces: values.interfaces?.split(","),
    ...(token === undefined ? {} : { token }),
    ...(values.netns === undefined ? {} : { netns: values.netns }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.model === undefined ? {} : { model: values.model }),
    ...(values.suricata === undefined ? {} : { suricata: values.suricata }),
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    ...(values["engine-on-stop"] === undefined ? {} : { engineOnStop: values["engine-on-stop"] }),
    ...(values["log-level"] === undefined ? {} : { logLevel: values["log-level"] }),
  });
}

export function parseConfig(input: unknown): AgentConfig {
  const parsed = AgentConfig.safeParse(input);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => ({
    field: issue.path.join("."),
    reason: issue.message,
  }));
  const [first] = details;
  throw new AppError("InvalidRequest", `${first?.field}: ${first?.reason}.\n${USAGE}`, { details });
}

const OPTIONS = {
  data: { type: "string" },
  token: { type: "string" },
  interfaces: { type: "string" },
  netns: { type: "string" },
  name: { type: "string" },
  model: { type: "string" },
  suricata: { type: "string" },
  threads: { type: "string" },
  "engine-on-stop": { type: "string" },
  "log-level": { type: "string" },
} as const;

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new AppError("InvalidRequest", `${messageOf(error)}\n${USAGE}`);
  }
}
