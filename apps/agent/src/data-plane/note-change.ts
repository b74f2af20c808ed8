import type { MemberChange } from "./data-plane-options.ts";
import { place } from "./elements.ts";
import type { EntryStates } from "./entry-states.ts";
import type { LiveSets } from "./live-sets.ts";
import type { Policy } from "./policy.ts";
import type { ReloadTimer } from "./reload-timer.ts";

export type ChangeParts = {
  readonly policy: Policy;
  readonly live: LiveSets;
  readonly lists: ReloadTimer;
  readonly entries: EntryStates;
};

/** Tells the parts of the data plane what one change of the set concerns: live sets, lists, or neither. */
export function noteChange(
  change: MemberChange,
  { policy, live, lists, entries }: ChangeParts,
): void {
  const { type, value, before, after } = change;
  const from = before === undefined ? undefined : policy.lane(before);
  const to = after === undefined ? undefined : policy.lane(after);
  if (from === to) return;
  entries.forget(type, value);
  for (const lane of [from, to]) {
    if (lane === undefined) continue;
    const placement = place(type, value, lane);
    if (placement.how === "live") for (const element of placement.elements) live.touch(element);
    else if (placement.how === "listed") lists.changed();
    if (lane !== to) continue;
    if (placement.how === "listed") entries.pending.add(type, value);
    if (placement.how === "refused") entries.refuse({ type, value, reason: placement.reason });
  }
}
