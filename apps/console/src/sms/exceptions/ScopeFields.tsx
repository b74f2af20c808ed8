import type { Profile } from "@breakwater/protocol";
import { Select } from "../../ui/Select.tsx";
import type { ExceptionDraft, ScopeKind } from "./exception-draft.ts";

type Props = {
  draft: ExceptionDraft;
  profiles: readonly Profile[];
  onChange: (patch: Partial<ExceptionDraft>) => void;
};

const SCOPES: readonly { value: ScopeKind; label: string }[] = [
  { value: "all", label: "All profiles" },
  { value: "profile", label: "One profile" },
  { value: "filter", label: "One reputation filter" },
];

/** Where the exception holds. */
export function ScopeFields({ draft, profiles, onChange }: Props) {
  const profile = profiles.find(({ id }) => id === draft.profile);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        label="Holds for"
        options={SCOPES}
        value={draft.scope}
        onChange={(scope) => onChange({ scope })}
      />
      {(draft.scope === "profile" || draft.scope === "filter") && (
        <Select
          label="Profile"
          options={profiles.map(({ id, name }) => ({ value: id as string, label: name }))}
          value={draft.profile}
          onChange={(id) => onChange({ profile: id, filter: "" })}
        />
      )}
      {draft.scope === "filter" && (
        <Select
          label="Reputation filter"
          className="sm:col-start-2"
          options={[
            ...(draft.filter === "" ? [{ value: "", label: "Choose a filter" }] : []),
            ...(profile?.filters ?? []).map(({ number, name }) => ({
              value: String(number),
              label: `${number} ${name}`,
            })),
          ]}
          value={draft.filter}
          onChange={(filter) => onChange({ filter })}
        />
      )}
    </div>
  );
}
