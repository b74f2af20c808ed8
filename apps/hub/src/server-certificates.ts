import { hostname } from "node:os";
import {
  type CertificateAuthority,
  issueServerCredentials,
  type ServerCredentials,
} from "@breakwater/pki";
import type { Clock, Log } from "@breakwater/platform";

const CHECK_MS = 12 * 3_600_000;
const RENEW_BEFORE_MS = 30 * 86_400_000;

export type ServerCertificate = { credentials: ServerCredentials; stop: () => void };

/** Names under which a listener's certificate is valid. */
export function certificateNames(
  host: string,
  publicUrl: string | undefined,
  more: readonly string[],
) {
  const own = host === "0.0.0.0" || host === "::" ? [hostname()] : [host];
  const named =
    publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, "")];
  return [...new Set(["localhost", "127.0.0.1", "::1", ...own, ...named, ...more])];
}

/** A listener's certificate, kept fresh: `swap` gets each new one while connections go on. */
export async function keepServerCertificate(options: {
  ca: CertificateAuthority;
  names: readonly string[];
  clock: Clock;
  log: Log;
  swap: (credentials: ServerCredentials) => void;
}): Promise<ServerCertificate> {
  const { ca, names, clock, log } = options;
  const issue = () => issueServerCredentials(ca, names, clock.now().getTime());
  const credentials = await issue();
  let { notAfter } = credentials;
  const renew = async () => {
    if (notAfter - clock.now().getTime() > RENEW_BEFORE_MS) return;
    const next = await issue();
    options.swap(next);
    ({ notAfter } = next);
  };
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.error({ err: error }, "server certificate not renewed"));
  }, CHECK_MS).unref();
  return { credentials, stop: () => clearInterval(timer) };
}
