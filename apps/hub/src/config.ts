import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const Listener = z.strictObject({
  /** Loopback unless told otherwise. */
  host: z.string().min(1).default("127.0.0.1"),
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535),
  /** How others reach this listener when that is not its own address, e.g. behind a name or a balancer. */
  publicUrl: z.url().optional(),
});

/** A value in the flat tag list of the SMS web API, which has no way to write a comma. */
const TagText = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^,]*$/, "holds a comma, which the tag list cannot carry");

export const HubConfig = z.strictObject({
  /** Holds the CA. Keep it, and keep it private. */
  dataDir: z.string().min(1),
  /** A PostgreSQL database of the hub's own. */
  databaseUrl: z.string().min(1),
  /** Console and public API: HTTP on loopback, HTTPS elsewhere. */
  web: Listener.prefault({ port: 8440 }),
  /** Enrolment and product API: mutual TLS. */
  product: Listener.prefault({ port: 8441 }),
  /** Further names and addresses for the server certificates. */
  serverNames: z.array(z.string().min(1)).default([]),
  /** Folder of the built console; without it there is no console. */
  consoleRoot: z.string().optional(),
  detectionRetentionDays: z.number().int().min(1).max(3650).default(30),
  /** A product that was away longer than this reads the whole list again. */
  tombstoneDays: z.number().int().min(1).max(3650).default(30),
  /** Most objects of one type, put there by people and by the sandbox. */
  limits: z
    .strictObject({
      UDSO: z.number().int().min(1).default(10_000),
      VASO: z.number().int().min(1).default(25_000),
    })
    .prefault({}),
  /** Days until an object expires when a client of the public API does not say. */
  defaultDaysToExpiration: z.number().int().min(1).max(3650).default(30),
  /** How this hub names itself in the tags of objects that it sends to other servers. */
  sender: z
    .strictObject({
      productName: TagText.default("Breakwater Hub"),
      applianceHostName: TagText.default(hostname()),
    })
    .prefault({}),
});
export type HubConfig = z.infer<typeof HubConfig>;
export type HubConfigInput = z.input<typeof HubConfig>;

export function caPath({ dataDir }: HubConfig): string {
  return join(dataDir, "ca", "hub-ca.json");
}

/** Key of the secrets in the database; a copy of the database alone gives none of them away. */
export function secretKeyPath({ dataDir }: HubConfig): string {
  return join(dataDir, "keys", "secrets.key");
}

const LOOPBACK = new Set(["localhost", "::1"]);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host.startsWith("127.");
}
