import type { Device, DeviceReport } from "@breakwater/protocol";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { formatBytes, formatExact, plural } from "../../lib/format-number.ts";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { ProfileVersion, SetState } from "./device-columns.tsx";
import { DEVICE_HEALTH } from "./device-health.ts";

type Props = { device: Device; report: DeviceReport | null };

/** What the device said last. */
export function DeviceReportView({ device, report }: Props) {
  const health = DEVICE_HEALTH[device.health];
  return (
    <>
      {device.healthReasons.length > 0 && (
        <Callout tone={health.tone === "error" ? "error" : "warning"} title={health.label}>
          <ul>
            {device.healthReasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Callout>
      )}
      <div className="grid items-start gap-x-10 gap-y-5 xl:grid-cols-2">
        <Section title="Device">
          <Facts
            items={[
              { term: "Health", value: <State tone={health.tone}>{health.label}</State> },
              {
                term: "Connection",
                value: device.connected ? (
                  <State tone="ok">Connected</State>
                ) : (
                  <State tone="off">Not connected</State>
                ),
              },
              { term: "Last seen", value: <TimeAgo time={device.lastSeen} /> },
              {
                term: "Address",
                value: (
                  <DataText mono>
                    {report === null || report.addresses.length === 0
                      ? device.address
                      : report.addresses.join(", ")}
                  </DataText>
                ),
              },
              { term: "Model", value: <DataText>{device.model}</DataText> },
              { term: "Agent", value: <DataText>{device.agentVersion}</DataText> },
              { term: "Enrolled", value: <AbsoluteTime time={device.enrolled} /> },
              {
                term: "Certificate",
                value: (
                  <span>
                    expires <TimeAgo time={device.certificateExpires} />
                  </span>
                ),
              },
            ]}
          />
        </Section>
        <Section title="Enforcement">
          <Facts
            items={[
              { term: "Profile", value: <ProfileVersion device={device} /> },
              { term: "Objects in force", value: <SetState device={device} /> },
              device.set !== null && {
                term: "Capacity",
                value: `${formatExact(device.set.count)} of ${formatExact(device.set.capacity)} entries`,
              },
              device.set !== null && {
                term: "Set version",
                value:
                  device.set.version === device.set.desired
                    ? `${device.set.version}, current`
                    : `${device.set.version}, should be ${device.set.desired}`,
              },
              {
                term: "Engine",
                value: (
                  <DataText>{`Suricata ${device.engineVersion}${report === null ? "" : `, ${report.engine}`}`}</DataText>
                ),
              },
              report?.engineMessage !== undefined && {
                term: "Engine says",
                value: <DataText mono>{report.engineMessage}</DataText>,
              },
              report !== null && {
                term: "Events waiting",
                value: `${formatExact(report.spool.events)} (${formatBytes(report.spool.bytes)})${report.spool.dropped > 0 ? `, ${formatExact(report.spool.dropped)} lost` : ""}`,
              },
              report !== null && { term: "Free disk", value: formatBytes(report.diskFreeBytes) },
            ]}
          />
        </Section>
      </div>
      {report === null && (
        <Callout tone="info">No report has arrived from this device yet.</Callout>
      )}
      {report !== null && report.alarms.length > 0 && <Alarms alarms={report.alarms} />}
      {report !== null && report.notInForce > 0 && <NotInForce report={report} />}
    </>
  );
}

function Alarms({ alarms }: { alarms: DeviceReport["alarms"] }) {
  return (
    <Section title={`Alarms (${alarms.length})`}>
      <Facts
        items={alarms.map((alarm) => ({
          term: alarm.code,
          value: <DataText>{alarm.message}</DataText>,
        }))}
      />
    </Section>
  );
}

function NotInForce({ report }: { report: DeviceReport }) {
  const shown = report.exceptions.slice(0, 50);
  return (
    <Section title={`Not in force (${formatExact(report.notInForce)})`}>
      <ul className="border-t border-hairline">
        {shown.map((entry) => (
          <li
            key={`${entry.type}${entry.value}`}
            className="flex flex-wrap gap-x-4 border-b border-hairline py-1.5"
          >
            <span className="w-32 flex-none text-muted">{ENTRY_TYPE_LABELS[entry.type]}</span>
            <span className="min-w-0 flex-1 basis-60">
              <DataText mono>{entry.value}</DataText>
            </span>
            <span className="min-w-0 flex-1 basis-60">
              {entry.state}: <DataText>{entry.reason}</DataText>
            </span>
          </li>
        ))}
      </ul>
      {report.notInForce > shown.length && (
        <p className="text-muted">and {plural(report.notInForce - shown.length, "more", "more")}</p>
      )}
    </Section>
  );
}
