import {
  type Device,
  type Entry,
  type EntryDetail,
  type ReputationFilter,
} from "@breakwater/protocol";
import { covers } from "./mock-covers.ts";
import { HUB_SOURCE, iso, type MockEntry, OWN_SOURCE, type SmsState } from "./sms-state.ts";

/** Milliseconds until a new entry is in force on the first device, and then on each next. */
const FIRST_MS = 900;
const NEXT_MS = 120;

/** Good enough for a mock: which filter of the profile takes the entry. */
function filterFor(
  entry: MockEntry,
  filters: readonly ReputationFilter[],
): ReputationFilter | undefined {
  const name = entry.sources.includes(OWN_SOURCE)
    ? "Own block list"
    : entry.severity === "High"
      ? "High risk from Vision One"
      : entry.severity === "Medium"
        ? "Medium risk, watch only"
        : "";
  return filters.find((filter) => filter.name === name && filter.state === "enabled");
}

function isBehind(device: Device): boolean {
  return device.health !== "healthy";
}

export function entryView(entry: MockEntry, state: SmsState): Entry {
  const lifted = activeExceptions(entry, state).length > 0;
  const isHeld = entry.held !== null && entry.sources.length === 1;
  const filter = isHeld ? undefined : filterFor(entry, state.profile.filters);
  const total = state.devices.length;
  const age = Date.now() - entry.created;
  const reached = age < FIRST_MS ? 0 : Math.min(total, Math.floor((age - FIRST_MS) / NEXT_MS) + 1);
  const lagging =
    age < 2 * 3_600_000 ? state.devices.filter(isBehind).length : age < 3 * 3_600_000 ? 1 : 0;
  const inForce = Math.max(0, Math.min(reached, total - lagging));
  const settled = reached === total;
  return {
    id: entry.id,
    type: entry.type,
    value: entry.value,
    severity: entry.severity,
    scanAction: entry.scanAction,
    sources: entry.sources,
    tags: entry.tags,
    created: iso(entry.created),
    lastModified: iso(entry.created),
    expires: entry.expires === null ? null : iso(entry.expires),
    filter:
      filter === undefined
        ? null
        : { profile: state.profile.name, name: filter.name, actionSet: filter.actionSet.name },
    enforcement: {
      state: isHeld
        ? "held"
        : lifted
          ? "excepted"
          : filter === undefined
            ? "no-filter"
            : total === 0
              ? "no-device"
              : inForce === total
                ? "in-force"
                : settled
                  ? "partly"
                  : "pending",
      devices: { inForce: filter === undefined || lifted ? 0 : inForce, total },
    },
    held: isHeld ? (entry.held?.reason ?? null) : null,
  };
}

function activeExceptions(entry: MockEntry, state: SmsState) {
  return state.exceptions.filter((one) => one.state === "active" && covers(one, entry));
}

export function entryDetail(entry: MockEntry, state: SmsState): EntryDetail {
  const view = entryView(entry, state);
  const filter = filterFor(entry, state.profile.filters);
  const { inForce, total } = view.enforcement.devices;
  const exceptions = activeExceptions(entry, state);
  const acted =
    view.held !== null
      ? `It is held back: ${view.held}`
      : exceptions.length > 0
        ? `The exception for ${exceptions[0]?.value ?? ""} lifts it: ${exceptions[0]?.reason ?? ""}.`
        : filter === undefined
          ? "No reputation filter selects it, so no device acts on it."
          : `The filter “${filter.name}” of the profile ${state.profile.name} selects it: ${filter.actionSet.name}.`;
  return {
    ...view,
    explanation: `Asserted by ${entry.sources.join(" and ")}${entry.severity === null ? "" : ` with severity ${entry.severity}`}. ${acted}${filter === undefined || view.held !== null || exceptions.length > 0 ? "" : ` In force on ${inForce} of ${total} devices.`}`,
    assertions: entry.sources.map((source, index) => ({
      source,
      severity: entry.severity,
      scanAction: entry.scanAction,
      tags: source === HUB_SOURCE ? entry.tags : {},
      description:
        source === OWN_SOURCE ? entry.description : "Sent from the hub's suspicious object list",
      since: view.created,
      expires: view.expires,
      held: index === 0 ? entry.held : null,
      released: null,
    })),
    profiles: [
      {
        profile: state.profile.id,
        name: state.profile.name,
        filter:
          filter === undefined
            ? null
            : { number: filter.number, name: filter.name, actionSet: filter.actionSet.name },
      },
    ],
    devices:
      filter === undefined || view.held !== null || exceptions.length > 0
        ? []
        : [...state.devices]
            .toSorted((a, b) => Number(isBehind(a)) - Number(isBehind(b)))
            .map((device, index) => {
              const here = index < inForce;
              return {
                device: device.id,
                name: device.name,
                state: here
                  ? ("in-force" as const)
                  : device.health === "offline"
                    ? ("offline" as const)
                    : ("pending" as const),
                reason: here
                  ? ""
                  : device.health === "offline"
                    ? "Last contact 3 h ago. It gets the change when it is back."
                    : "Sent, not yet confirmed by the engine.",
                since: here ? view.created : null,
              };
            }),
    wouldChange: changesOf(view, exceptions.length > 0),
    coveredBy: state.entries
      .filter((other) => other.id !== entry.id && covers(other, entry))
      .map(({ id, type, value }) => ({ id, type, value })),
    exceptions: exceptions.map(({ id, value, reason, owner, expires }) => ({
      id,
      value,
      scope: "all profiles",
      reason,
      owner,
      expires,
    })),
    seen:
      Number(entry.id) % 3 === 0
        ? { events: 1 + Number(entry.id) * 13, last: iso(Date.now() - 5 * 60_000) }
        : { events: 0, last: null },
  };
}

function changesOf(view: Entry, lifted: boolean): EntryDetail["wouldChange"] {
  if (view.held !== null)
    return [
      {
        change: "Releasing the held assertion",
        effect: "blocks it: the filter “High risk from Vision One” then takes it.",
      },
    ];
  if (lifted)
    return [{ change: "Ending the exception", effect: "blocks it again on all devices." }];
  return [
    ...(view.severity === "High"
      ? []
      : [
          {
            change: "Raising the severity to High",
            effect: "puts it under the filter “High risk from Vision One”: Block + Notify.",
          },
        ]),
    {
      change: `The end of what ${view.sources[0] ?? "its source"} asserts`,
      effect:
        view.expires === null ? "never comes by itself." : "takes it off the list when it expires.",
    },
  ];
}
