import type { Connection, StreamStatus } from "@breakwater/protocol";
import { formatLag } from "../../lib/format-time.ts";
import { PATH_LABELS, STREAM_STATES } from "../../lib/stream-labels.ts";
import { DataText } from "../../ui/DataText.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { OPTIONS, type OptionRow } from "./options.ts";

const HEADINGS = ["Option", "State", "Last success", "Lag", "Path", "Last error"];

/** Every option of the connection with the streams behind it. */
export function OptionsTable({ connection }: { connection: Connection }) {
  return (
    <div
      className="overflow-x-auto border-y border-hairline"
      role="region"
      aria-label="Options of the connection"
      tabIndex={0}
    >
      <table className="w-full text-base">
        <thead>
          <tr className="text-left text-xs text-muted">
            {HEADINGS.map((heading) => (
              <th key={heading} className="h-8 px-3 font-medium whitespace-nowrap">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {OPTIONS.map((option) => (
            <OptionLine
              key={option.label}
              option={option}
              connection={connection}
              stream={connection.streams.find((stream) => stream.name === option.stream)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OptionLine({
  option,
  connection,
  stream,
}: {
  option: OptionRow;
  connection: Connection;
  stream: StreamStatus | undefined;
}) {
  const enabled = connection.onboarded && option.enabled(connection);
  const cell = "border-t border-hairline px-3 py-2 align-top";
  return (
    <tr>
      <th scope="row" className={`${cell} text-left font-normal`}>
        <span className="font-medium">{option.label}</span>
        <span className="block text-xs text-muted">{option.describe(connection)}</span>
      </th>
      <td className={`${cell} whitespace-nowrap`}>
        <State tone={enabled ? "ok" : "off"}>{enabled ? "Enabled" : "Disabled"}</State>
        {enabled && stream === undefined && (
          <span className="block text-xs text-muted">Nothing is exchanged yet in this version</span>
        )}
        {stream !== undefined && stream.state !== "disabled" && (
          <span className="block text-xs">
            <State tone={STREAM_STATES[stream.state].tone}>
              {STREAM_STATES[stream.state].label}
            </State>
          </span>
        )}
      </td>
      <td className={cell}>
        {stream === undefined ? <None /> : <TimeAgo time={stream.lastSuccess} />}
      </td>
      <td className={`${cell} whitespace-nowrap`}>
        {stream?.lagSeconds == null ? <None /> : formatLag(stream.lagSeconds)}
      </td>
      <td className={`${cell} whitespace-nowrap`}>
        {stream === undefined || !enabled ? <None /> : PATH_LABELS[stream.path]}
      </td>
      <td className={cell}>
        {stream?.lastError == null ? (
          <None />
        ) : (
          <>
            <DataText>{stream.lastError.message}</DataText>{" "}
            <span className="text-xs text-muted">
              <TimeAgo time={stream.lastError.time} />
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

function None() {
  return <span className="text-muted">–</span>;
}
