import type { DistributedRisk } from "@breakwater/protocol";
import { keysOf } from "../../lib/entry-labels.ts";
import { Select } from "../../ui/Select.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { RISK_LABELS, TYPE_LABELS } from "./distribution-labels.ts";
import type { TargetForm } from "./target-form.ts";

const RISKS: readonly { value: DistributedRisk; label: string }[] = keysOf(RISK_LABELS).map(
  (value) => ({ value, label: RISK_LABELS[value] }),
);

/** Which objects are sent. */
export function CriteriaFields({
  form,
  onChange,
}: {
  form: TargetForm;
  onChange: (patch: Partial<TargetForm>) => void;
}) {
  const types = keysOf(TYPE_LABELS);
  return (
    <>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">Object type</legend>
        <div className="grid grid-cols-2 gap-2">
          {types.map((type) => (
            <Toggle
              key={type}
              label={TYPE_LABELS[type]}
              checked={form.types.includes(type)}
              onChange={(checked) =>
                onChange({
                  types: types.filter((one) => (one === type ? checked : form.types.includes(one))),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      <Select
        label="Risk level"
        options={RISKS}
        value={form.risk}
        onChange={(risk) => onChange({ risk })}
      />
      <Toggle
        label="Send the expiry of each object"
        description="As tag category “Reputation Entries TTL”; servers before version 5.1 do not know it."
        checked={form.sendTtl}
        onChange={(sendTtl) => onChange({ sendTtl })}
      />
    </>
  );
}
