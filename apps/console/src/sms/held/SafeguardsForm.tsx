import type { Safeguards } from "@breakwater/protocol";
import { type FormEvent, useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { plural } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextArea } from "../../ui/fields.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { SafeguardLimits } from "./SafeguardLimits.tsx";
import { draftOf, type SafeguardsDraft, settingsOf } from "./safeguards-draft.ts";
import type { useSaveSafeguards } from "./use-save-safeguards.ts";

type Props = { safeguards: Safeguards; save: ReturnType<typeof useSaveSafeguards> };

/** All safeguards as one form, saved together. */
export function SafeguardsForm({ safeguards, save }: Props) {
  const denied = useDenied("safeguards:write");
  const [draft, setDraft] = useState<SafeguardsDraft>(() => draftOf(safeguards.settings));
  const settings = settingsOf(draft, safeguards.settings);
  const change = (patch: Partial<SafeguardsDraft>) => setDraft({ ...draft, ...patch });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof settings !== "string") save.mutate(settings);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-6">
      <fieldset>
        <legend className="mb-2 text-lg font-semibold">What is checked</legend>
        <div className="grid gap-3 sm:grid-cols-2">
          {safeguards.lists.map(({ id, name, description, items }) => (
            <Toggle
              key={id}
              kind="switch"
              label={`${name} (${plural(items, "item")})`}
              description={description}
              checked={draft.lists[id]}
              onChange={(on) => change({ lists: { ...draft.lists, [id]: on } })}
            />
          ))}
        </div>
      </fieldset>
      <TextArea
        label="Own networks and names"
        mono
        value={draft.own}
        onChange={(own) => change({ own })}
        description="Addresses, ranges and domains, one per line; a note behind # says why. Nothing inside them is blocked, nor what reaches into them."
      />
      <TextArea
        label="Never block"
        mono
        value={draft.additions}
        onChange={(additions) => change({ additions })}
        description="Addresses, ranges, domains, URLs and hashes, one per line; a note behind # says why."
      />
      <SafeguardLimits draft={draft} onChange={change} />
      {typeof settings === "string" && <p className="text-error">{settings}</p>}
      <ErrorCallout error={save.error} />
      <Button
        type="submit"
        variant="primary"
        className="self-start"
        isPending={save.isPending}
        disabledReason={denied ?? (typeof settings === "string" && settings)}
      >
        Save safeguards
      </Button>
    </form>
  );
}
