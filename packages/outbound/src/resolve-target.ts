import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { OutboundError } from "./outbound-error.ts";
import { isSpecialAddress } from "./special-addresses.ts";

export type Address = { address: string; family: number };

/** What tests replace: name resolution, and which addresses are not public. */
export type Surroundings = {
  lookup: (host: string) => Promise<readonly Address[]>;
  isSpecial: (address: string) => boolean;
};

export const REAL_SURROUNDINGS: Surroundings = {
  lookup: (host) => lookup(host, { all: true }),
  isSpecial: isSpecialAddress,
};

/** The host of a URL without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Throws when the host of a URL is an address, or a name of this machine, that may not be reached. */
export function checkHost(
  url: URL,
  allowPrivate: boolean,
  isSpecial: Surroundings["isSpecial"],
): void {
  if (allowPrivate) return;
  const host = hostOf(url);
  if (isIP(host) !== 0 ? isSpecial(host) : /^(?:.*\.)?localhost\.?$/i.test(host)) {
    throw notAllowed(host, host);
  }
}

/** The addresses that may be connected to. Names are resolved here and nowhere else. */
export async function resolveTarget(
  url: URL,
  allowPrivate: boolean,
  { lookup: resolve, isSpecial }: Surroundings,
): Promise<readonly Address[]> {
  checkHost(url, allowPrivate, isSpecial);
  const host = hostOf(url);
  const family = isIP(host);
  const found = family === 0 ? await resolve(host) : [{ address: host, family }];
  const allowed = found.filter(({ address }) => allowPrivate || !isSpecial(address));
  if (allowed.length === 0) throw notAllowed(host, found[0]?.address ?? "no address");
  return allowed;
}

export function notAllowed(host: string, address: string): OutboundError {
  const shown = host === address ? host : `${host} (${address})`;
  return new OutboundError(
    "NotAllowed",
    `${shown} is not a public address`,
    "Allow private addresses for this connection if the server is your own",
  );
}
