import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { replaceFile } from "../durable-file.ts";
import type { CertificateAuthority } from "./open-ca.ts";
import type { ServerCredentials } from "./server-credentials.ts";

const Stored = z.object({
  hosts: z.array(z.string()),
  key: z.string(),
  cert: z.string(),
  notAfter: z.number(),
});

/** Keeps a listener's key and certificate for its next start, readable by its user only. */
export async function storeServerCredentials(
  path: string,
  hosts: readonly string[],
  { key, cert, notAfter }: ServerCredentials,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceFile(path, `${JSON.stringify({ hosts, key, cert, notAfter }, null, 2)}\n`);
}

/** What was kept, if it is for these hosts and from this CA; undefined also when it cannot be read. */
export async function readServerCredentials(
  path: string,
  hosts: readonly string[],
  ca: CertificateAuthority,
): Promise<ServerCredentials | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const stored = Stored.safeParse(parse(text)).data;
  if (stored === undefined || !stored.cert.endsWith(ca.issuingPem)) return undefined;
  if (stored.hosts.join("\n") !== hosts.join("\n")) return undefined;
  const { key, cert, notAfter } = stored;
  return { key, cert, ca: ca.trusted, notAfter };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
