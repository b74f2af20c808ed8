import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { Section } from "../../ui/Section.tsx";
import { State, type StateTone } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";

type DeviceState = EntryDetail["devices"][number];
const LOOKS: Readonly<
  Record<DeviceState["state"], { label: string; tone: StateTone; order: number }>
> = {
  rejected: { label: "Rejected", tone: "error", order: 0 },
  "over-capacity": { label: "Over capacity", tone: "error", order: 1 },
  offline: { label: "Offline", tone: "warning", order: 2 },
  pending: { label: "Pending", tone: "busy", order: 3 },
  "in-force": { label: "In force", tone: "ok", order: 4 },
};

/** State per device, the troubled ones first. */
export function DeviceStates({ devices }: { devices: readonly DeviceState[] }) {
  const sorted = [...devices].toSorted(
    (a, b) => LOOKS[a.state].order - LOOKS[b.state].order || a.name.localeCompare(b.name),
  );
  return (
    <Section title={`Devices (${devices.length})`}>
      {devices.length === 0 && <p className="text-muted">No device enforces a profile yet.</p>}
      <ul className={devices.length === 0 ? "" : "border-t border-hairline"}>
        {sorted.map((device) => (
          <li key={device.device} className="flex flex-col border-b border-hairline py-1.5">
            <span className="flex items-center justify-between gap-3">
              <Link
                to="/devices/$id"
                params={{ id: device.device } as never}
                className="min-w-0 truncate text-accent underline-offset-2 hover:underline"
              >
                {device.name}
              </Link>
              <span className="flex items-center gap-3">
                {device.since !== null && (
                  <span className="text-xs text-muted">
                    <TimeAgo time={device.since} />
                  </span>
                )}
                <State tone={LOOKS[device.state].tone}>{LOOKS[device.state].label}</State>
              </span>
            </span>
            {device.reason !== "" && <span className="text-xs text-muted">{device.reason}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
