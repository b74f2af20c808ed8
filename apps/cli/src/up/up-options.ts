import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "@breakwater/protocol";
import { defaultDataFolder } from "../data-folder.ts";
import { UsageError } from "../usage-error.ts";
import { labNameOf } from "./stack-folders.ts";

export type UpOptions = {
  dataFolder: string;
  /** Where consoles and TLS listeners bind; loopback unless told otherwise. */
  host: string;
  ports: Ports;
  /** Network lab with one device; needs Linux, root and Suricata. */
  lab: boolean;
  /** Name of the lab; its network namespaces are system-wide. */
  labName: string;
  /** Load the shipped indicators on the first start. */
  samples: boolean;
  /** A PostgreSQL of the operator's instead of our own. */
  databaseUrl: string | undefined;
  help: boolean;
};

export type Ports = { hubWeb: number; hubTls: number; smsWeb: number; smsTls: number };

export const DEFAULT_PORT_BASE = 7400;

export const UP_HELP = `breakwater up [flags]   hub, SMS and, as root on Linux, a network lab with one device

  --data <folder>        where everything is kept; BREAKWATER_DATA, else .breakwater
  --port-base <n>        hub on n and n+43 (TLS), SMS on n+100 and n+143 (TLS); ${DEFAULT_PORT_BASE} unless given
  --hub-port, --hub-tls-port, --sms-port, --sms-tls-port <n>   one of them
  --host <address>       bind here instead of 127.0.0.1
  --no-lab               only hub and SMS
  --lab-name <name>      name of the lab's network namespaces, which are system-wide
  --no-samples           start with empty lists

DATABASE_URL names a PostgreSQL 15 or newer to use instead of our own.`;

/** @throws UsageError */
export function readUpOptions(args: readonly string[], env: NodeJS.ProcessEnv): UpOptions {
  const values = parse(args);
  const dataFolder = values.data === undefined ? defaultDataFolder(env) : resolve(values.data);
  const base = port("--port-base", values["port-base"] ?? env["BREAKWATER_PORT_BASE"]);
  const from = (name: PortFlag, offset: number) =>
    port(`--${name}`, values[name]) ?? portAt((base ?? DEFAULT_PORT_BASE) + offset);
  return {
    dataFolder,
    host: values.host ?? env["BREAKWATER_HOST"] ?? "127.0.0.1",
    ports: {
      hubWeb: from("hub-port", 0),
      hubTls: from("hub-tls-port", 43),
      smsWeb: from("sms-port", 100),
      smsTls: from("sms-tls-port", 143),
    },
    lab: values["no-lab"] !== true,
    labName: values["lab-name"] ?? env["BREAKWATER_LAB"] ?? labNameOf(dataFolder),
    samples: values["no-samples"] !== true,
    databaseUrl: env["DATABASE_URL"] || undefined,
    help: values.help === true,
  };
}

type PortFlag = "hub-port" | "hub-tls-port" | "sms-port" | "sms-tls-port";

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: "string" },
        host: { type: "string" },
        "port-base": { type: "string" },
        "hub-port": { type: "string" },
        "hub-tls-port": { type: "string" },
        "sms-port": { type: "string" },
        "sms-tls-port": { type: "string" },
        "no-lab": { type: "boolean" },
        "lab-name": { type: "string" },
        "no-samples": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error), error);
  }
}

function port(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= LARGEST_PORT) return value;
  throw new UsageError(`${flag} ${text}: use a port from 1 to ${LARGEST_PORT}`);
}

const LARGEST_PORT = 65_535;

function portAt(value: number): number {
  if (value <= LARGEST_PORT) return value;
  throw new UsageError(`--port-base: port ${value} does not exist, choose a smaller base`);
}
