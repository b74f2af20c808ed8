import { hostname } from "node:os";
import {
  type CertificateAuthority,
  issueServerCredentials,
  readServerCredentials,
  type ServerCredentials,
  storeServerCredentials,
} from "@breakwater/pki";
import { type Clock, type Log, PollLoop } from "@breakwater/platform";

const CHECK_MS = 12 * 3_600_000;
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** Names and addresses under which a listener's certificate is valid. */
export function certificateNames(
  host: string,
  publicUrl: string | undefined,
  more: readonly string[],
): string[] {
  const own = host === "0.0.0.0" || host === "::" ? [hostname()] : [host];
  const named = publicUrl === undefined ? [] : [bareHost(new URL(publicUrl).hostname)];
  return [...new Set(["localhost", "127.0.0.1", "::1", ...own, ...named, ...more])];
}

/** A listener's certificate and the job that renews it; `swap` gets each new one. */
export type KeptCertificate = {
  credentials: ServerCredentials;
  keep: (swap: (credentials: ServerCredentials) => void) => PollLoop;
};

export async function issueKeptCertificate(options: {
  ca: CertificateAuthority;
  names: readonly string[];
  /** Given: a restart goes on with the same certificate, because clients may have pinned it. */
  path?: string;
  clock: Clock;
  log: Log;
}): Promise<KeptCertificate> {
  const { ca, names, path, clock, log } = options;
  const isDue = ({ notAfter }: ServerCredentials) =>
    notAfter - clock.now().getTime() <= RENEW_BEFORE_MS;
  const issue = async () => {
    const issued = await issueServerCredentials(ca, names, clock.now().getTime());
    if (path !== undefined) await storeServerCredentials(path, names, issued).catch(noted(log));
    return issued;
  };
  const stored = path === undefined ? undefined : await readServerCredentials(path, names, ca);
  let current = stored === undefined || isDue(stored) ? await issue() : stored;
  return {
    credentials: current,
    keep: (swap) =>
      new PollLoop({
        name: "server-certificate",
        intervalMs: CHECK_MS,
        log,
        run: async () => {
          if (!isDue(current)) return;
          current = await issue();
          swap(current);
        },
      }).start(),
  };
}

/** A full disk must not keep a server from starting. */
function noted(log: Log): (error: unknown) => void {
  return (error) => {
    log.error({ err: error }, "cannot keep the certificate; the next start will have another");
  };
}

/** Without the brackets of an IPv6 address in a URL. */
function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/** Where a listener is reached. */
export function urlOf(
  scheme: "http" | "https",
  listener: { host: string; publicUrl?: string | undefined },
  port: number,
): string {
  if (listener.publicUrl !== undefined) return new URL(listener.publicUrl).origin;
  const any = listener.host === "0.0.0.0" || listener.host === "::";
  const host = any ? hostname() : listener.host;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
