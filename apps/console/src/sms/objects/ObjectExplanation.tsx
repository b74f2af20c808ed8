import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { AssertionList } from "./AssertionList.tsx";
import { DeviceStates } from "./DeviceStates.tsx";
import { EntryLinks } from "./EntryLinks.tsx";
import { ObjectExceptions } from "./ObjectExceptions.tsx";
import { TagList } from "./TagList.tsx";

/** Why it is, or is not, acted on; who says so; where it is in force. */
export function ObjectExplanation({ entry, columns = 1 }: { entry: EntryDetail; columns?: 1 | 2 }) {
  const { state, devices } = entry.enforcement;
  const look = ENTRY_STATE_LOOKS[state];
  return (
    <div className="flex flex-col gap-5">
      <Callout
        tone={
          look.tone === "error"
            ? "error"
            : look.tone === "warning"
              ? "warning"
              : look.tone === "ok"
                ? "ok"
                : "info"
        }
        title={questionOf(entry)}
      >
        {entry.explanation}
      </Callout>
      <Facts
        columns={columns}
        items={[
          { term: "Type", value: ENTRY_TYPE_LABELS[entry.type] },
          { term: "Severity", value: <RiskLevel risk={entry.severity} /> },
          {
            term: "State",
            value: (
              <State
                tone={look.tone}
              >{`${look.label}${devices.total > 0 ? `, on ${devices.inForce} of ${devices.total} devices` : ""}`}</State>
            ),
          },
          { term: "Action set", value: entry.filter?.actionSet ?? "none" },
          { term: "Scan action", value: entry.scanAction ?? "not given" },
          { term: "Added", value: <AbsoluteTime time={entry.created} /> },
          { term: "Last changed", value: <TimeAgo time={entry.lastModified} /> },
          {
            term: "Expires",
            value: entry.expires === null ? "never" : <AbsoluteTime time={entry.expires} />,
          },
        ]}
      />
      <SeenInEvents entry={entry} />
      {entry.wouldChange.length > 0 && (
        <Section title="What would change it">
          <ul className="border-t border-hairline">
            {entry.wouldChange.map(({ change, effect }) => (
              <li key={change} className="border-b border-hairline py-1.5">
                <DataText>{change}</DataText>{" "}
                <span className="text-muted">
                  <DataText>{effect}</DataText>
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <ObjectExceptions entry={entry} />
      {entry.coveredBy.length > 0 && (
        <Section title={`Covered by (${entry.coveredBy.length})`}>
          <p className="text-muted">These reach it too, and act even when this entry goes.</p>
          <EntryLinks entries={entry.coveredBy} />
        </Section>
      )}
      <Section title="Filters">
        <Facts
          items={entry.profiles.map(({ name, profile, filter }) => ({
            term: name,
            value: (
              <Link
                to="/profiles/$id"
                params={{ id: profile } as never}
                className="text-accent underline-offset-2 hover:underline"
              >
                {filter === null
                  ? "No filter matches"
                  : `${filter.number} ${filter.name} → ${filter.actionSet}`}
              </Link>
            ),
          }))}
        />
      </Section>
      <AssertionList entry={entry} />
      <DeviceStates devices={entry.devices} />
      <TagList tags={entry.tags} />
    </div>
  );
}

function SeenInEvents({ entry }: { entry: EntryDetail }) {
  const { events, last } = entry.seen;
  return (
    <p>
      <Link
        to="/events"
        search={{ q: entry.value } as never}
        className="rounded-sm text-accent underline underline-offset-2"
      >
        {events === 0
          ? "No events in the last 7 days"
          : `${plural(events, "event")} in the last 7 days`}
      </Link>
      {last !== null && (
        <span className="text-muted">
          , the last <TimeAgo time={last} />
        </span>
      )}
    </p>
  );
}

function questionOf(entry: EntryDetail): string {
  const { state } = entry.enforcement;
  if (state === "held" || state === "excepted") return "Why is this not blocked?";
  const acts = entry.filter !== null && /block|reset|quarantine/i.test(entry.filter.actionSet);
  return acts ? "Why is this blocked?" : "Why is this not blocked?";
}
