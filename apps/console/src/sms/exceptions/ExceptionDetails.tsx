import type { Profile, ReputationException } from "@breakwater/protocol";
import Pencil from "lucide-react/icons/pencil";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { Button } from "../../ui/Button.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { AbsoluteTime } from "../../ui/Time.tsx";
import { EndExceptionDialog } from "./EndExceptionDialog.tsx";
import { ExceptionDialog } from "./ExceptionDialog.tsx";
import { ExceptionEffect } from "./ExceptionEffect.tsx";
import { ExceptionState } from "./exception-columns.tsx";
import { scopeText } from "./exception-labels.ts";

type Props = {
  exception: ReputationException;
  profiles: readonly Profile[];
  onClose: () => void;
};

/** One exception: why, for whom, until when, and what it does. */
export function ExceptionDetails({ exception, profiles, onClose }: Props) {
  const denied = useDenied("exceptions:write");
  const [doing, setDoing] = useState<"change" | "end">();
  const isActive = exception.state === "active";
  return (
    <SidePanel
      label="Exception details"
      title={<DataText mono>{exception.value}</DataText>}
      onClose={onClose}
    >
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap gap-2">
          <Button
            icon={<Pencil size={14} aria-hidden />}
            onPress={() => setDoing("change")}
            disabledReason={denied}
          >
            {isActive ? "Change" : "Make it again"}
          </Button>
          {isActive && (
            <Button onPress={() => setDoing("end")} disabledReason={denied}>
              End exception
            </Button>
          )}
        </div>
        {isActive && <ExceptionEffect exception={exception} />}
        <Facts
          items={[
            { term: "State", value: <ExceptionState exception={exception} /> },
            { term: "Type", value: ENTRY_TYPE_LABELS[exception.type] },
            { term: "Holds for", value: scopeText(exception.scope, profiles) },
            { term: "Reason", value: <DataText>{exception.reason}</DataText> },
            { term: "Owner", value: <DataText>{exception.owner}</DataText> },
            {
              term: "Ends",
              value:
                exception.expires === null ? "never" : <AbsoluteTime time={exception.expires} />,
            },
            { term: "Made", value: <AbsoluteTime time={exception.created} /> },
            exception.ended !== null && {
              term: "Ended",
              value: <AbsoluteTime time={exception.ended} />,
            },
            exception.endedBy !== null && {
              term: "Ended by",
              value: <DataText>{exception.endedBy}</DataText>,
            },
            { term: "Made by", value: <DataText>{exception.createdBy}</DataText> },
          ]}
        />
      </div>
      {doing === "change" && (
        <ExceptionDialog
          {...(isActive ? { existing: exception } : { value: exception.value })}
          onClose={() => setDoing(undefined)}
        />
      )}
      {doing === "end" && (
        <EndExceptionDialog exception={exception} onClose={() => setDoing(undefined)} />
      )}
    </SidePanel>
  );
}
