import { EntryId, type EntryType, type NewEntry } from "@breakwater/protocol";
import { recogniseValue } from "../lib/recognise-value.ts";
import { type MockEntry, OWN_SOURCE, type SmsState } from "./sms-state.ts";

type Outcome = {
  value: string;
  outcome: "added" | "changed" | "unchanged" | "rejected";
  id?: EntryId;
  reason?: string;
  remedy?: string;
};

/** Adds what is a value, and says what is wrong with the rest. */
export function addEntry(state: SmsState, entry: NewEntry): Outcome {
  const known = recogniseValue(entry.value);
  const type = entry.type ?? known?.type;
  if (type === undefined || known === undefined) {
    return { value: entry.value, outcome: "rejected", ...problemOf(entry.value) };
  }
  const value = canonical(known.value, type);
  const existing = state.entries.find((other) => other.value === value);
  if (existing !== undefined) {
    if (existing.sources.includes(OWN_SOURCE) && existing.severity === (entry.severity ?? null))
      return { value, outcome: "unchanged", id: existing.id };
    if (!existing.sources.includes(OWN_SOURCE)) existing.sources.push(OWN_SOURCE);
    return { value, outcome: "changed", id: existing.id };
  }
  const added: MockEntry = {
    id: EntryId.parse(String(state.nextId)),
    type,
    value,
    severity: entry.severity ?? null,
    scanAction: entry.scanAction ?? null,
    sources: [OWN_SOURCE],
    tags: {},
    description: entry.description ?? "",
    created: Date.now(),
    expires: entry.expires == null ? null : Date.parse(entry.expires),
    held: null,
  };
  state.nextId += 1;
  state.entries.unshift(added);
  return { value, outcome: "added", id: added.id };
}

function canonical(value: string, type: EntryType): string {
  return type === "url" ? value.replace(/^https?:\/\//i, "") : value.toLowerCase();
}

function problemOf(value: string): { reason: string; remedy: string } {
  if (value.includes("*"))
    return {
      reason: "Wildcards are not values.",
      remedy: "Enter the domain alone; its subdomains are covered.",
    };
  return {
    reason: "This is no address, range, domain, URL or hash.",
    remedy: "Check it for typing errors.",
  };
}
