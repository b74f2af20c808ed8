import { HTTP_VERSIONS, type HttpVersion } from "../url/http-version.ts";
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  LANES,
  type Lane,
  MAX_COVERING_LABELS,
} from "./lanes.ts";

/*
 * Reserved sids: 9,100,000 to 9,199,999. Each lane has a block of 100 at
 * SID_BASE + 100 x its place in LANES:
 *
 *   +0  ip, source          +1  ip, destination
 *   +2  range, source       +3  range, destination
 *   +10 +11 +12 +13         exact name in DNS, TLS SNI, HTTP host, QUIC SNI
 *   +20 .. +27  covering name of 1..8 labels in DNS;  +30.. SNI;  +40.. host;  +50.. QUIC
 *   +60 url in HTTP/1   +61 url in HTTP/2
 *   +70 md5   +71 sha1   +72 sha256
 *   +80 .. +83  the rest of +0 .. +3 that is not TCP;  +84 .. +87  TCP resets (reset lane only)
 */
export const SID_BASE = 9_100_000;
export const SID_LIMIT = 9_200_000;
const LANE_BLOCK = 100;

/** Where a name shows, in the order of the sid layout. */
export const NAME_PLACES = ["dns", "sni", "host", "quic"] as const;
export type NamePlace = (typeof NAME_PLACES)[number];

/** A reset lane answers TCP with resets; what it must not answer so has rules of its own. */
export type PacketPart = "not-tcp" | "resets";

export type RuleRole =
  | { kind: "ip" | "range"; where: "src" | "dst"; part?: PacketPart }
  | { kind: "domain-exact"; where: NamePlace }
  | { kind: "domain"; where: NamePlace; labels: number }
  | { kind: "url"; where: HttpVersion }
  | { kind: "hash"; where: HashAlgorithm };

export type SidMeaning = RuleRole & { lane: Lane };

const PACKET_PARTS: readonly PacketPart[] = ["not-tcp", "resets"];

const PACKET_ROLES: readonly { kind: "ip" | "range"; where: "src" | "dst" }[] = [
  { kind: "ip", where: "src" },
  { kind: "ip", where: "dst" },
  { kind: "range", where: "src" },
  { kind: "range", where: "dst" },
];

/** Every rule a lane can have, with its place in the block. */
export const RULE_ROLES: readonly { offset: number; role: RuleRole }[] = [
  ...PACKET_ROLES.map((role, index) => ({ offset: index, role })),
  ...NAME_PLACES.flatMap((where, place) => [
    { offset: 10 + place, role: { kind: "domain-exact", where } satisfies RuleRole },
    ...Array.from({ length: MAX_COVERING_LABELS }, (_, index) => ({
      offset: 20 + place * 10 + index,
      role: { kind: "domain", where, labels: index + 1 } satisfies RuleRole,
    })),
  ]),
  ...HTTP_VERSIONS.map((where, index) => ({
    offset: 60 + index,
    role: { kind: "url", where } satisfies RuleRole,
  })),
  ...HASH_ALGORITHMS.map((where, index) => ({
    offset: 70 + index,
    role: { kind: "hash", where } satisfies RuleRole,
  })),
  ...PACKET_PARTS.flatMap((part, block) =>
    PACKET_ROLES.map((role, index) => ({
      offset: 80 + block * 4 + index,
      role: { ...role, part },
    })),
  ),
];

const ROLE_AT = new Map(RULE_ROLES.map(({ offset, role }) => [offset, role]));

export function sidOf(lane: Lane, offset: number): number {
  return SID_BASE + LANES.indexOf(lane) * LANE_BLOCK + offset;
}

/** What one of our own rules stands for; undefined for any other sid. */
export function decodeSid(sid: number): SidMeaning | undefined {
  const index = sid - SID_BASE;
  const lane = LANES[Math.floor(index / LANE_BLOCK)];
  const role = ROLE_AT.get(index % LANE_BLOCK);
  return lane === undefined || role === undefined ? undefined : { lane, ...role };
}

export function isReservedSid(sid: number): boolean {
  return sid >= SID_BASE && sid < SID_LIMIT;
}
