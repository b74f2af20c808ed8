import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { ENTRY_STATE_LOOKS, ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { Callout } from "../../ui/Callout.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { RiskLevel } from "../../ui/Severity.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { AssertionList } from "./AssertionList.tsx";
import { DeviceStates } from "./DeviceStates.tsx";
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
      <Link
        to="/events"
        search={{ q: entry.value } as never}
        className="self-start rounded-sm text-accent underline-offset-2 hover:underline"
      >
        Events that mention it
      </Link>
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
      <AssertionList assertions={entry.assertions} />
      <DeviceStates devices={entry.devices} />
      <TagList tags={entry.tags} />
    </div>
  );
}

function questionOf(entry: EntryDetail): string {
  const acts = entry.filter !== null && /block|reset|quarantine/i.test(entry.filter.actionSet);
  return acts ? "Why is this blocked?" : "Why is this not blocked?";
}
