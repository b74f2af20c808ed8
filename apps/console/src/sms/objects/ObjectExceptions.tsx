import type { EntryDetail } from "@breakwater/protocol";
import ShieldOff from "lucide-react/icons/shield-off";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { EndExceptionDialog } from "../exceptions/EndExceptionDialog.tsx";
import { ExceptionDialog } from "../exceptions/ExceptionDialog.tsx";

/** Exceptions that lift the entry, with the way to make and to end one. */
export function ObjectExceptions({ entry }: { entry: EntryDetail }) {
  const denied = useDenied("exceptions:write");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<EntryDetail["exceptions"][number]>();
  const { exceptions } = entry;
  return (
    <Section
      title={exceptions.length === 0 ? "Exceptions" : `Exceptions (${exceptions.length})`}
      actions={
        <Button
          size="sm"
          icon={<ShieldOff size={14} aria-hidden />}
          onPress={() => setMaking(true)}
          disabledReason={denied}
        >
          Make exception
        </Button>
      }
    >
      {exceptions.length === 0 && <p className="text-muted">No exception lifts it.</p>}
      <ul className={exceptions.length === 0 ? "" : "border-t border-hairline"}>
        {exceptions.map((exception) => (
          <li key={exception.id} className="flex items-start gap-3 border-b border-hairline py-2">
            <span className="flex min-w-0 flex-1 flex-col">
              <DataText mono>{exception.value}</DataText>
              <DataText>{exception.reason}</DataText>
              <span className="text-xs text-muted">
                for <DataText>{exception.scope}</DataText>, owner{" "}
                <DataText>{exception.owner}</DataText>, ends{" "}
                <TimeAgo time={exception.expires} none="never" />
              </span>
            </span>
            <Button size="sm" onPress={() => setEnding(exception)} disabledReason={denied}>
              End exception
            </Button>
          </li>
        ))}
      </ul>
      {making && <ExceptionDialog value={entry.value} onClose={() => setMaking(false)} />}
      {ending !== undefined && (
        <EndExceptionDialog exception={ending} onClose={() => setEnding(undefined)} />
      )}
    </Section>
  );
}
