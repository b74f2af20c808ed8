import type { DistributionTarget } from "@breakwater/protocol";
import Ellipsis from "lucide-react/icons/ellipsis";
import { useState } from "react";
import { ListWithPanel } from "../../shell/Page.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { RemoveTargetDialog } from "./RemoveTargetDialog.tsx";
import { TargetDetails } from "./TargetDetails.tsx";
import { targetColumns } from "./target-columns.tsx";

type Props = {
  targets: readonly DistributionTarget[];
  view: { sort: string; open: string };
  onView: (patch: { sort?: string; open?: string; edit?: string; sent?: string }) => void;
  denied: string | undefined;
};

/** All servers; a panel shows one. */
export function TargetList({ targets, view, onView, denied }: Props) {
  const [removing, setRemoving] = useState<DistributionTarget>();
  const shown = targets.find(({ id }) => id === view.open);
  const rowAction = (target: DistributionTarget) => (
    <Menu
      label={`Actions for ${target.name}`}
      trigger={
        <IconButton
          size="sm"
          label={`More for ${target.name}`}
          icon={<Ellipsis size={14} aria-hidden />}
        />
      }
      actions={[
        { id: "sent", label: "What was sent", onAction: () => onView({ sent: target.id }) },
        {
          id: "edit",
          label: "Edit",
          onAction: () => onView({ edit: target.id }),
          disabledReason: denied,
        },
        {
          id: "remove",
          label: "Remove",
          danger: true,
          onAction: () => setRemoving(target),
          disabledReason: denied,
        },
      ]}
    />
  );
  return (
    <>
      <ListWithPanel
        list={
          <DataTable
            label="Targets"
            columns={targetColumns}
            rows={targets}
            rowId={(target) => target.id}
            rowName={(target) => target.name}
            href={(target) => `/object-distribution?open=${target.id}`}
            onOpen={(target) => onView({ open: target.id })}
            openId={shown?.id}
            sort={view.sort}
            onSort={(sort) => onView({ sort })}
            rowAction={rowAction}
          />
        }
        panel={
          shown !== undefined && (
            <TargetDetails
              key={shown.id}
              target={shown}
              onClose={() => onView({ open: "" })}
              onEdit={() => onView({ edit: shown.id })}
              onSent={() => onView({ sent: shown.id })}
              denied={denied}
            />
          )
        }
      />
      {removing !== undefined && (
        <RemoveTargetDialog target={removing} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}
