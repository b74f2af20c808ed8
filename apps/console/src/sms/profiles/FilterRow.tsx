import type { ReputationFilter } from "@breakwater/protocol";
import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import Check from "lucide-react/icons/check";
import Ellipsis from "lucide-react/icons/ellipsis";
import Lock from "lucide-react/icons/lock";
import Minus from "lucide-react/icons/minus";
import { cx } from "../../lib/class-names.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { State } from "../../ui/State.tsx";
import { criteriaText } from "./criteria-text.ts";
import { moved } from "./new-filter.ts";
import type { FilterChange } from "./use-save-filters.ts";

type Props = {
  filters: readonly ReputationFilter[];
  index: number;
  denied: string | undefined;
  isSaving: boolean;
  onSave: (change: FilterChange) => void;
  onEdit: (filter: ReputationFilter) => void;
  onDelete: (filter: ReputationFilter) => void;
};

/** One filter with its place in the order. */
export function FilterRow({ filters, index, denied, isSaving, onSave, onEdit, onDelete }: Props) {
  const filter = filters[index];
  if (filter === undefined) return null;
  const enabled = filter.state === "enabled";
  const blocked = denied ?? (isSaving && "Saving…");
  const locked = blocked || (filter.locked && "The filter is locked");
  const replace = (patch: Partial<ReputationFilter>, done: string) =>
    onSave({
      filters: filters.map((other) => (other === filter ? { ...filter, ...patch } : other)),
      done,
    });
  const move = (by: number) =>
    onSave({ filters: moved(filters, index, by), done: `“${filter.name}” moved` });
  const cell = cx("h-9 px-1.5 pt-1.5 first:pl-3", !enabled && "text-muted");
  return (
    <tbody className="group border-t border-hairline hover:bg-hover">
      <tr>
        <td className={cx(cell, "tabular-nums")}>{index + 1}</td>
        <td className={cx(cell, "min-w-28")}>
          <button
            type="button"
            className="rounded-sm text-left font-medium hover:underline"
            onClick={() => onEdit(filter)}
          >
            {filter.name}
          </button>
        </td>
        <td className={cx(cell, "whitespace-nowrap")}>
          {enabled ? <State tone="ok">Enabled</State> : <State tone="off">Disabled</State>}
        </td>
        <td className={cell}>
          {filter.locked ? (
            <Lock size={14} role="img" aria-label="Locked" />
          ) : (
            <Sign on={false} word="Not locked" />
          )}
        </td>
        <td className={cx(cell, "whitespace-nowrap")}>{filter.actionSet.name}</td>
        {(
          [
            filter.types.ipv4,
            filter.types.ipv6,
            filter.types.dns,
            filter.types.url,
            filter.types.fileHash,
            filter.untaggedEntries,
            filter.taggedEntries,
          ] as const
        ).map((on, column) => (
          <td key={`${filter.number}-${column}`} className={cell}>
            <Sign on={on} word={on ? "yes" : "no"} />
          </td>
        ))}
        <td className={cx(cell, "pr-1 whitespace-nowrap")}>
          <IconButton
            size="sm"
            label={`Move “${filter.name}” up`}
            icon={<ArrowUp size={14} aria-hidden />}
            onPress={() => move(-1)}
            disabledReason={locked || (index === 0 && "Already the first")}
          />
          <IconButton
            size="sm"
            label={`Move “${filter.name}” down`}
            icon={<ArrowDown size={14} aria-hidden />}
            onPress={() => move(1)}
            disabledReason={locked || (index === filters.length - 1 && "Already the last")}
          />
          <Menu
            label={`Actions for “${filter.name}”`}
            trigger={
              <IconButton
                size="sm"
                label={`More for “${filter.name}”`}
                icon={<Ellipsis size={14} aria-hidden />}
              />
            }
            actions={[
              { id: "edit", label: "Edit", onAction: () => onEdit(filter), disabledReason: locked },
              {
                id: "state",
                label: enabled ? "Disable" : "Enable",
                onAction: () =>
                  replace(
                    { state: enabled ? "disabled" : "enabled" },
                    `“${filter.name}” ${enabled ? "disabled" : "enabled"}`,
                  ),
                disabledReason: locked,
              },
              {
                id: "lock",
                label: filter.locked ? "Unlock" : "Lock",
                onAction: () =>
                  replace(
                    { locked: !filter.locked },
                    `“${filter.name}” ${filter.locked ? "unlocked" : "locked"}`,
                  ),
                disabledReason: blocked,
              },
              {
                id: "delete",
                label: "Delete",
                danger: true,
                onAction: () => onDelete(filter),
                disabledReason: locked,
              },
            ]}
          />
        </td>
      </tr>
      <tr>
        <td colSpan={13} className="pr-1.5 pb-2 pl-14 text-muted">
          <span className="sr-only">Criteria: </span>
          {filter.criteria.length === 0
            ? "No criteria: every entry"
            : criteriaText(filter.criteria)}
        </td>
      </tr>
    </tbody>
  );
}

function Sign({ on, word }: { on: boolean; word: string }) {
  return on ? (
    <Check size={14} role="img" aria-label={word} className="text-ok" />
  ) : (
    <Minus size={14} role="img" aria-label={word} className="text-muted" />
  );
}
