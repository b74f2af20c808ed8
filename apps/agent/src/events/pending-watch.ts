import type { DetectionEvent, SetMember } from "@breakwater/protocol";
import type { EveEvent } from "@breakwater/suricata";
import type { IsPendingAt } from "../data-plane/pending-entries.ts";
import { commonFields, filesOf, timeOf } from "./detection-fields.ts";
import { type EventContext, laneSeverity } from "./map-alert.ts";

const REMEMBERED = 10_000;
const HASHES = ["md5", "sha1", "sha256"] as const;

/**
 * Ranges and file hashes reach the engine with a reload. Until then the agent looks for them in
 * what the engine logs, so that a hit is reported at once although nothing was stopped.
 */
export class PendingWatch {
  /** Flow and entry pairs reported already: one flow makes several log lines. */
  readonly #reported = new Set<string>();

  match(event: EveEvent, context: EventContext, isPendingAt: IsPendingAt): DetectionEvent[] {
    const time = timeOf(event.timestamp);
    const members = membersIn(event, context).filter(({ type, value }) =>
      isPendingAt(type, value, time),
    );
    return members.flatMap((member) => this.#report(event, member, context) ?? []);
  }

  #report(event: EveEvent, member: SetMember, context: EventContext): DetectionEvent | undefined {
    const filter = context.policy.filter(member.filter);
    const lane = context.policy.lane(member.filter);
    if (filter === undefined || lane === undefined || lane === "trust" || !filter.actionSet.notify)
      return undefined;
    const key = `${event.flow_id ?? event.timestamp} ${member.type} ${member.value}`;
    if (this.#reported.has(key)) return undefined;
    this.#remember(key);
    return {
      ...commonFields(event, context.segment),
      kind: "reputation",
      matchedBy: "agent",
      verdict: "logged",
      severity: laneSeverity(lane),
      name: filter.name,
      filterNumber: filter.number,
      actionSet: filter.actionSet.name,
      entry: { type: member.type, value: member.value },
    };
  }

  #remember(key: string): void {
    if (this.#reported.size >= REMEMBERED) {
      const [oldest] = this.#reported;
      if (oldest !== undefined) this.#reported.delete(oldest);
    }
    this.#reported.add(key);
  }
}

/** Only what waits for reloads: hashes, ranges, and the few addresses that go with the ranges. */
function membersIn(event: EveEvent, { index }: EventContext): SetMember[] {
  const files = filesOf(event).flatMap((file) =>
    HASHES.flatMap((type): SetMember[] => {
      const value = file[type];
      const filter =
        value === undefined || !/^[0-9a-f]+$/.test(value) ? undefined : index.get(type, value);
      return value === undefined || filter === undefined ? [] : [{ type, value, filter }];
    }),
  );
  const addresses = [event.src_ip, event.dest_ip].flatMap((ip) => index.coveringAddress(ip ?? ""));
  return [...files, ...addresses];
}
