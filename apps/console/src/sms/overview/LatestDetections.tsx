import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCan } from "../../accounts/session.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { EventSeverity } from "../../ui/Severity.tsx";
import { When } from "../../ui/Time.tsx";
import { smsQueries } from "../client.ts";
import { sentenceOf } from "../events/event-text.ts";

/** The last few events as sentences. The list holds still while the pointer is over it. */
export function LatestDetections() {
  const [held, setHeld] = useState(false);
  const { data } = useQuery({
    ...smsQueries.one("GET /api/v1/events", { query: { limit: 7 } }),
    refetchInterval: held ? false : 5_000,
    enabled: useCan("events:read"),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section
      title="Latest detections"
      actions={
        <Link to="/events" className="text-accent underline-offset-2 hover:underline">
          All events
        </Link>
      }
    >
      <ul
        className="border-t border-hairline"
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
      >
        {data.items.map((event) => {
          const { subject, rest } = sentenceOf(event);
          return (
            <li key={event.id} className="border-b border-hairline">
              <Link
                to="/events"
                search={{ open: event.id } as never}
                className="flex items-center gap-3 py-1.5 text-sm hover:bg-hover"
              >
                <span className="w-28 flex-none text-muted">
                  <When time={event.time} />
                </span>
                <span className="w-20 flex-none">
                  <EventSeverity value={event.severity} />
                </span>
                <span className="min-w-0 flex-1">
                  <DataText truncate>{`${subject} ${rest}`}</DataText>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
