import {
  DEFAULT_SAFEGUARD_SETTINGS,
  SAFEGUARD_LISTS,
  type SafeguardList,
  type SafeguardSettings,
  type Safeguards,
  type safeguardsApi,
} from "@breakwater/protocol";
import type { Handlers } from "./mock-server.ts";
import { pageOfRows } from "./page-of-rows.ts";
import type { SmsState } from "./sms-state.ts";

type ListText = Pick<Safeguards["lists"][number], "name" | "description" | "items">;

const LISTS: Readonly<Record<SafeguardList, ListText>> = {
  own: { name: "Own networks and names", description: "Everything inside them", items: 3 },
  additions: { name: "Never block", description: "Values that you added", items: 1 },
  "private-networks": { name: "Private networks", description: "RFC 1918 and others", items: 6 },
  "special-networks": { name: "Special networks", description: "Loopback, multicast", items: 22 },
  "public-resolvers": { name: "Public resolvers", description: "Such as 192.0.2.53", items: 61 },
  "dns-servers": { name: "DNS servers", description: "Of the root and below", items: 1_480 },
  "infrastructure-hosts": { name: "Clocks and updates", description: "And CRLs", items: 214 },
  "well-known-sites": { name: "Well-known sites", description: "Sites as a whole", items: 1_012 },
  "public-suffixes": { name: "Public suffixes", description: "com and the like", items: 9_812 },
  "single-label-names": { name: "Single labels", description: "Names without a dot", items: 1 },
  "wide-ranges": { name: "Wide ranges", description: "Shorter prefixes", items: 1 },
};

export const SAFEGUARDS: SafeguardSettings = {
  ...DEFAULT_SAFEGUARD_SETTINGS,
  own: [
    { type: "cidr", value: "198.51.100.0/24", note: "" },
    { type: "cidr", value: "2001:db8:20::/48", note: "Branch offices" },
    { value: "breakwater.example", note: "" },
  ],
  additions: [{ value: "partner.example", note: "Main supplier, ask mara" }],
};

export function safeguardsHandlers(state: SmsState): Handlers<typeof safeguardsApi> {
  const held = () =>
    state.entries.flatMap(({ id, type, value, sources: [source = ""], held: hold }) =>
      hold === null ? [] : [{ id, type, value, source, ...hold }],
    );
  const view = (review: Safeguards["review"]): Safeguards => ({
    settings: state.safeguards,
    lists: SAFEGUARD_LISTS.map((id) => ({
      id,
      ...LISTS[id],
      enabled: state.safeguards.lists[id],
    })),
    held: held().length,
    review,
  });
  const ids = (entries: readonly { id: string }[]) => new Set(entries.map(({ id }) => id));
  return {
    "GET /api/v1/reputation/safeguards": async () => view(null),
    "PUT /api/v1/reputation/safeguards": async ({ body }) => {
      state.safeguards = body;
      return view(state.jobs[0]?.job.id ?? null);
    },
    "GET /api/v1/reputation/held": async ({ query }) =>
      pageOfRows(
        held().filter(
          ({ value, source }) =>
            value.includes(query.q ?? "") &&
            (query.source === undefined || source === query.source),
        ),
        query,
      ),
    "POST /api/v1/reputation/held/release": async ({ body }) => {
      const chosen = ids(body.entries);
      for (const entry of state.entries) if (chosen.has(entry.id)) entry.held = null;
      return { done: chosen.size };
    },
    "POST /api/v1/reputation/held/discard": async ({ body }) => {
      const chosen = ids(body.entries);
      state.entries = state.entries.filter(({ id }) => !chosen.has(id));
      return { done: chosen.size };
    },
  };
}
