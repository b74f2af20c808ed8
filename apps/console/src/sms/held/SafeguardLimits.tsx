import { TextField } from "../../ui/fields.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import type { SafeguardsDraft } from "./safeguards-draft.ts";

type Props = { draft: SafeguardsDraft; onChange: (patch: Partial<SafeguardsDraft>) => void };

/** How wide a range may be, and how much a source may change at once. */
export function SafeguardLimits({ draft, onChange }: Props) {
  const number = (field: keyof Omit<SafeguardsDraft, "lists" | "sizeEnabled">, label: string) => (
    <TextField
      label={label}
      inputMode="decimal"
      value={draft[field]}
      onChange={(text) => onChange({ [field]: text })}
    />
  );
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-2 text-lg font-semibold">Limits</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        {number("widestIpv4", "Widest IPv4 range, prefix length")}
        {number("widestIpv6", "Widest IPv6 range, prefix length")}
      </div>
      <Toggle
        kind="switch"
        label="Hold a source that changes too much at once"
        description="Both limits of shrinking, or both of growth, must be passed."
        checked={draft.sizeEnabled}
        onChange={(sizeEnabled) => onChange({ sizeEnabled })}
      />
      {draft.sizeEnabled && (
        <div className="grid gap-4 sm:grid-cols-2">
          {number("shrinkPercent", "Shrinks by more than, per cent")}
          {number("shrinkEntries", "Shrinks by more than, entries")}
          {number("growthFactor", "Grows to more than, times as many")}
          {number("growthEntries", "Grows by more than, entries")}
        </div>
      )}
    </fieldset>
  );
}
