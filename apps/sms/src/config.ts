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

export const SmsConfig = z.strictObject({
  /** Holds the CA, the identity towards the hub and the snapshots. Keep it, and keep it private. */
  dataDir: z.string().min(1),
  /** A PostgreSQL database of the SMS's own. */
  databaseUrl: z.string().min(1),
  /** Name of this SMS in events and on the hub. */
  name: z.string().min(1).max(255).default("Breakwater SMS"),
  /** Console and REST API: HTTP on loopback, HTTPS elsewhere. */
  web: Listener.prefault({ port: 8450 }),
  /** Enrolment and agent API: mutual TLS. */
  devices: Listener.prefault({ port: 8451 }),
  /** Further names and addresses for the server certificates. */
  serverNames: z.array(z.string().min(1)).default([]),
  webApi: z
    .strictObject({
      /** Accept `smsuser` and `smspass` in addresses. They end up in the logs of whatever is between. */
      queryCredentials: z.boolean().default(false),
    })
    .prefault({}),
  /** Folder of the built console; without it there is no console. */
  consoleRoot: z.string().optional(),
  eventRetentionDays: z.number().int().min(1).max(3650).default(30),
});
export type SmsConfig = z.infer<typeof SmsConfig>;
export type SmsConfigInput = z.input<typeof SmsConfig>;

export function caPath({ dataDir }: SmsConfig): string {
  return join(dataDir, "ca", "sms-ca.json");
}

/** Key and certificate of the listener for people and clients. */
export function webCertificatePath({ dataDir }: SmsConfig): string {
  return join(dataDir, "ca", "web-server.json");
}

/** Holds a folder for every process that runs on this data. */
export function snapshotFolder({ dataDir }: SmsConfig): string {
  return join(dataDir, "snapshots");
}

/** Key of the secrets in the database; a copy of the database alone gives none of them away. */
export function secretKeyPath({ dataDir }: SmsConfig): string {
  return join(dataDir, "keys", "secrets.key");
}

/** Key and certificate that the hub issued to this SMS. */
export function hubIdentityFolder({ dataDir }: SmsConfig): string {
  return join(dataDir, "hub-identity");
}

const LOOPBACK = new Set(["localhost", "::1"]);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host.startsWith("127.");
}
