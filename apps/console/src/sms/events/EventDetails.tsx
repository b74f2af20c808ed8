import type { StoredEvent } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../query/QueryView.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { smsQueries } from "../client.ts";
import { EventFacts } from "./EventFacts.tsx";
import { EventLinks } from "./EventLinks.tsx";
import { sentenceOf } from "./event-text.ts";

type Props = { id: string; known: StoredEvent | undefined; onClose: () => void };

/** One event: a sentence first, then everything that is known. */
export function EventDetails({ id, known, onClose }: Props) {
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/events/{id}", { params: { id } }),
    ...(known === undefined ? {} : { placeholderData: known }),
  });
  return (
    <SidePanel
      label="Event details"
      title="Event"
      onClose={onClose}
      actions={
        query.data !== undefined && (
          <CopyButton value={JSON.stringify(query.data, null, 2)} label="Copy as JSON" />
        )
      }
    >
      <QueryView query={query} what="event">
        {(event) => <EventContent event={event} />}
      </QueryView>
    </SidePanel>
  );
}

function EventContent({ event }: { event: StoredEvent }) {
  const { subject, rest } = sentenceOf(event);
  return (
    <div className="flex flex-col gap-5">
      <p className="text-lg leading-6">
        <strong>
          <DataText>{subject}</DataText>
        </strong>{" "}
        <DataText>{rest}</DataText>.
      </p>
      {event.matchedBy === "agent" && (
        <Callout tone="warning">
          Matched by the agent: the engine did not hold this entry yet, so the packets were
          reported, not dropped.
        </Callout>
      )}
      <EventLinks event={event} />
      <EventFacts event={event} />
    </div>
  );
}
