import type { Criterion, ReputationFilter } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { smsQueries } from "../client.ts";
import { CriteriaEditor } from "./CriteriaEditor.tsx";
import { type CriterionDraft, criterionOf, draftOf, type TagCategory } from "./criterion-draft.ts";
import { MatchPreview } from "./MatchPreview.tsx";

type Props = {
  initial: ReputationFilter;
  title: string;
  isPending: boolean;
  error: unknown;
  onClose: () => void;
  onSave: (filter: ReputationFilter) => void;
};

const TYPE_LABELS = {
  ipv4: "IPv4",
  ipv6: "IPv6",
  dns: "DNS",
  url: "URL",
  fileHash: "File hash",
} as const;
const TYPES = ["ipv4", "ipv6", "dns", "url", "fileHash"] as const;

/** Creates or changes a reputation filter, with a count of what it would select. */
export function FilterDialog({ initial, title, isPending, error, onClose, onSave }: Props) {
  const [filter, setFilter] = useState(initial);
  const [drafts, setDrafts] = useState<readonly CriterionDraft[]>(() =>
    initial.criteria.map(draftOf),
  );
  const [tried, setTried] = useState(false);
  const actionSets = useQuery(smsQueries.one("GET /api/v1/action-sets"));
  const categories =
    useQuery(smsQueries.one("GET /api/v1/reputation/tag-categories")).data?.items ?? [];
  const criteria = readCriteria(drafts, categories);
  const change = (patch: Partial<ReputationFilter>) => setFilter({ ...filter, ...patch });
  const sets = actionSets.data?.items ?? [filter.actionSet];
  const problem = filter.name.trim() === "" ? "Enter a name." : undefined;
  const selectsNothing = !filter.taggedEntries && !filter.untaggedEntries;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem === undefined && criteria !== undefined && !selectsNothing)
      onSave({ ...filter, name: filter.name.trim(), criteria });
  };
  return (
    <Dialog
      title={title}
      size="lg"
      isOpen
      onClose={onClose}
      keepOnClickOutside
      footer={
        <>
          <div className="mr-auto">
            <MatchPreview
              criteria={criteria}
              untaggedEntries={filter.untaggedEntries}
              taggedEntries={filter.taggedEntries}
            />
          </div>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="filter"
            variant="primary"
            isPending={isPending}
            disabledReason={filter.locked && "The filter is locked"}
          >
            Save filter
          </Button>
        </>
      }
    >
      <form id="filter" onSubmit={submit} className="flex flex-col gap-5">
        <div className="grid gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <TextField
            label="Name"
            autoFocus
            value={filter.name}
            onChange={(name) => change({ name })}
            maxLength={120}
            error={tried ? problem : undefined}
          />
          <Select
            label="Action set"
            options={sets.map((set) => ({ value: set.name, label: set.name }))}
            value={filter.actionSet.name}
            onChange={(name) =>
              change({ actionSet: sets.find((set) => set.name === name) ?? filter.actionSet })
            }
          />
        </div>
        <Toggle
          kind="switch"
          label="Enabled"
          checked={filter.state === "enabled"}
          onChange={(on) => change({ state: on ? "enabled" : "disabled" })}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">Types</legend>
            <div className="flex flex-wrap gap-x-5 gap-y-2">
              {TYPES.map((type) => (
                <Toggle
                  key={type}
                  label={TYPE_LABELS[type]}
                  checked={filter.types[type]}
                  onChange={(on) => change({ types: { ...filter.types, [type]: on } })}
                />
              ))}
            </div>
          </fieldset>
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">Entries</legend>
            <div className="flex flex-wrap gap-x-5 gap-y-2">
              <Toggle
                label="Tagged entries"
                checked={filter.taggedEntries}
                onChange={(taggedEntries) => change({ taggedEntries })}
              />
              <Toggle
                label="Untagged entries"
                checked={filter.untaggedEntries}
                onChange={(untaggedEntries) => change({ untaggedEntries })}
              />
            </div>
            {tried && selectsNothing && (
              <p className="text-xs text-error">Choose at least one kind of entries.</p>
            )}
          </fieldset>
        </div>
        <CriteriaEditor
          drafts={drafts}
          categories={categories}
          onChange={setDrafts}
          showProblems={tried}
        />
        <ErrorCallout error={error} />
      </form>
    </Dialog>
  );
}

/** The tests as the server wants them; undefined while one is incomplete. */
function readCriteria(
  drafts: readonly CriterionDraft[],
  categories: readonly TagCategory[],
): Criterion[] | undefined {
  const read = drafts.map((draft) =>
    criterionOf(draft, categories.find((category) => category.name === draft.subject)?.kind),
  );
  return read.every((criterion) => typeof criterion !== "string") ? read : undefined;
}
