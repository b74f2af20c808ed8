import type { AuditRecord } from "@breakwater/protocol";
import { Button } from "../ui/Button.tsx";
import { DataText } from "../ui/DataText.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Section } from "../ui/Section.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { AbsoluteTime } from "../ui/Time.tsx";

type Props = { record: AuditRecord; onActor: (actor: string) => void; onClose: () => void };

/** One change: who, what, before and after. */
export function AuditDetails({ record, onActor, onClose }: Props) {
  return (
    <SidePanel label="Audit record" title={<DataText>{record.action}</DataText>} onClose={onClose}>
      <div className="flex flex-col gap-5">
        <Facts
          items={[
            { term: "Time", value: <AbsoluteTime time={record.time} /> },
            { term: "Who", value: <DataText>{record.actor}</DataText> },
            { term: "Via", value: record.via },
            { term: "From", value: <DataText mono>{record.source}</DataText> },
            { term: "Object", value: <DataText>{record.object}</DataText> },
            { term: "Record", value: String(record.id) },
          ]}
        />
        <Button size="sm" className="self-start" onPress={() => onActor(record.actor)}>
          Everything this actor did
        </Button>
        <Json title="Before" value={record.before} />
        <Json title="After" value={record.after} />
      </div>
    </SidePanel>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <Section title={title}>
      <pre className="mono overflow-x-auto rounded-md border border-hairline bg-raised p-3 leading-5 whitespace-pre-wrap">
        {/* Line breaks of the formatting are kept; hidden characters inside values are escaped by JSON. */}
        {JSON.stringify(value, null, 2).replaceAll(
          /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
          (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
        )}
      </pre>
    </Section>
  );
}
