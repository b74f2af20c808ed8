import type { HubObject } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import Trash2 from "lucide-react/icons/trash-2";
import { formatExact } from "../../lib/format-number.ts";
import { OBJECT_SOURCE_LABELS, OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { AbsoluteTime } from "../../ui/Time.tsx";
import { SyncState } from "./hub-object-columns.tsx";

type Props = {
  object: HubObject;
  onClose: () => void;
  onDelete: () => void;
  denied: string | undefined;
};

/** One object of the list. */
export function HubObjectDetails({ object, onClose, onDelete, denied }: Props) {
  return (
    <SidePanel
      label="Object details"
      title={<DataText mono>{object.value}</DataText>}
      onClose={onClose}
      actions={<CopyButton value={object.value} />}
    >
      <div className="flex flex-col gap-5">
        <Facts
          items={[
            { term: "Type", value: OBJECT_TYPE_LABELS[object.type] },
            { term: "Risk level", value: <RiskLevel risk={object.riskLevel} /> },
            { term: "Scan action", value: object.scanAction === "block" ? "Block" : "Log" },
            { term: "Synced to managers", value: <SyncState products={object.products} /> },
            { term: "Source", value: `${OBJECT_SOURCE_LABELS[object.source]} (${object.source})` },
            object.description !== "" && {
              term: "Description",
              value: <DataText>{object.description}</DataText>,
            },
            { term: "Last changed", value: <AbsoluteTime time={object.lastModified} /> },
            {
              term: "Expires",
              value: object.expires === null ? "never" : <AbsoluteTime time={object.expires} />,
            },
            { term: "Revision", value: formatExact(object.revision) },
          ]}
        />
        <div className="flex items-center gap-4">
          <Button
            size="sm"
            icon={<Trash2 size={14} aria-hidden />}
            onPress={onDelete}
            disabledReason={denied}
          >
            Delete
          </Button>
          <Link
            to="/events"
            search={{ q: object.value } as never}
            className="text-accent underline-offset-2 hover:underline"
          >
            Events that mention it
          </Link>
        </div>
      </div>
    </SidePanel>
  );
}
