import {
  type EntryType,
  type FlowControl,
  invalidField,
  type Lookup,
  type LookupDecision,
} from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";
import type { Executor } from "../../database.ts";
import type { EntryKey } from "../entries/entry-state.ts";
import { appliedExceptions } from "../exceptions/applied-exceptions.ts";
import { coveringKeys } from "./covering-keys.ts";
import { type FleetView, type PresentedEntry, presentEntries } from "./present-entries.ts";
import { entriesAt } from "./store.ts";

/** What happens to a value: itself and everything that covers it, found by one statement. */
export async function lookUp(
  db: Executor,
  fleet: () => Promise<FleetView>,
  wanted: { value: string; type?: EntryType | undefined },
): Promise<Lookup> {
  const key = keyOf(wanted);
  const rows = await entriesAt(db, coveringKeys(key));
  if (rows.length === 0) return { ...key, ...nothing(key), entries: [], exceptions: [] };
  const view = await fleet();
  const presented = await presentEntries(view, rows);
  const exceptions = view.unlifted === undefined ? [] : await appliedExceptions(db, key);
  const { decision, because } = decide(presented, view);
  const entries = presented.map(({ entry }) => entry);
  return { ...key, decision, explanation: explain(key, decision, because), entries, exceptions };
}

function keyOf({
  value: raw,
  type: wanted,
}: {
  value: string;
  type?: EntryType | undefined;
}): EntryKey {
  const type = wanted ?? detectType(raw);
  if (type === undefined) {
    const reason = "it is neither an address, a range, a domain, a URL nor a file hash";
    throw invalidField("value", raw, reason, "Correct the value, or give its type");
  }
  const value = canonicalValue(type, raw);
  if (value.ok) return { type, value: value.value };
  const { reason, remedy = "Correct the value" } = value.error;
  throw invalidField("value", raw, reason, remedy);
}

function nothing({ value }: EntryKey): Pick<Lookup, "decision" | "explanation"> {
  return { decision: "passed", explanation: `Nothing in the reputation database covers ${value}.` };
}

type Decided = { decision: LookupDecision; because: PresentedEntry | undefined };

/** The strictest of what the entries lead to. */
function decide(presented: readonly PresentedEntry[], fleet: FleetView): Decided {
  const decisions = presented.map((one) => ({ decision: decisionOf(one, fleet), because: one }));
  for (const decision of ["blocked", "logged", "passed", "excepted", "held"] as const) {
    const found = decisions.find((one) => one.decision === decision);
    if (found !== undefined) return found;
  }
  return { decision: "passed", because: undefined };
}

function decisionOf({ entry, memberships }: PresentedEntry, fleet: FleetView): LookupDecision {
  const { state } = entry.enforcement;
  if (state === "held" || state === "excepted") return state;
  const flows = memberships.flatMap(({ set, filter }) => {
    const details = fleet.uses.find((use) => use.set === set)?.filters.get(filter);
    return details === undefined ? [] : [details.flow];
  });
  if (flows.some(isBlocking)) return "blocked";
  return flows.includes("permit") ? "logged" : "passed";
}

function isBlocking(flow: FlowControl): boolean {
  return flow === "block" || flow === "reset" || flow === "quarantine";
}

function explain(
  { value }: EntryKey,
  decision: LookupDecision,
  because: PresentedEntry | undefined,
): string {
  if (because === undefined) return `${value} is not acted on.`;
  const { entry } = because;
  const covering = entry.value === value ? "" : `, covered by ${entry.type} ${entry.value}`;
  const { filter } = entry;
  switch (decision) {
    case "held":
      return `${value}${covering} is held back from devices: ${entry.held ?? "a safeguard speaks against it"}.`;
    case "excepted":
      return `${value}${covering} is lifted by an exception.`;
    case "passed":
      return `${value}${covering} passes: no filter of a distributed profile acts on it.`;
    case "blocked":
    case "logged": {
      const { inForce, total } = entry.enforcement.devices;
      const by =
        filter === null ? "" : ` by the filter "${filter.name}" of profile "${filter.profile}"`;
      return `${value}${covering} is ${decision}${by}; in force on ${inForce} of ${total} devices.`;
    }
  }
}
