import type { SafeguardList } from "@breakwater/protocol";

/** What each list and rule is called, and what it holds back. */
export const LIST_TEXTS: Readonly<Record<SafeguardList, { name: string; description: string }>> = {
  own: {
    name: "Own networks and names",
    description: "Everything inside them, and whatever reaches into them",
  },
  additions: {
    name: "Never block",
    description: "Values that you added, each with a note",
  },
  "private-networks": {
    name: "Private networks",
    description: "RFC 1918, unique local and shared addresses, and ranges that reach into them",
  },
  "special-networks": {
    name: "Networks with a special use",
    description: "Loopback, link-local, multicast, reserved and the like",
  },
  "public-resolvers": {
    name: "Public resolvers",
    description: "Addresses and names of well-known DNS resolvers",
  },
  "dns-servers": {
    name: "Root and top-level DNS servers",
    description: "Without them no name can be resolved",
  },
  "infrastructure-hosts": {
    name: "Certificates, clocks and updates",
    description: "CRL and OCSP hosts, time servers, update servers of systems and scanners",
  },
  "well-known-sites": {
    name: "Well-known sites",
    description: "Sites as a whole; single pages and other names on them can still be blocked",
  },
  "public-suffixes": {
    name: "Public suffixes",
    description: "com, co.uk, github.io: names under which anybody can have one",
  },
  "single-label-names": {
    name: "Single-label names",
    description: "Names without a dot",
  },
  "wide-ranges": {
    name: "Wide ranges",
    description: "Ranges with a shorter prefix than is allowed",
  },
};
