import type { Product } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import { formatLag } from "../../lib/format-time.ts";
import { PATH_LABELS, STREAM_LABELS, STREAM_STATES } from "../../lib/stream-labels.ts";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";

/** One manager with the state of each of its streams. */
export function ProductDetails({ product, onClose }: { product: Product; onClose: () => void }) {
  return (
    <SidePanel
      label="Manager details"
      title={<DataText>{product.name}</DataText>}
      onClose={onClose}
    >
      <div className="flex flex-col gap-5">
        <Facts
          items={[
            { term: "Onboarding status", value: product.onboarding ? "True" : "False" },
            { term: "Version", value: <DataText>{product.version}</DataText> },
            { term: "Devices", value: formatExact(product.devices) },
            { term: "Enrolled", value: <AbsoluteTime time={product.enrolled} /> },
            { term: "Last seen", value: <TimeAgo time={product.lastSeen} /> },
            {
              term: "Certificate",
              value: (
                <span>
                  expires <AbsoluteTime time={product.certificateExpires} />
                </span>
              ),
            },
            { term: "List revision", value: formatExact(product.syncedRevision) },
          ]}
        />
        <Section title="Sync status">
          <ul className="border-t border-hairline">
            {product.streams.map((stream) => (
              <li key={stream.name} className="flex flex-col gap-0.5 border-b border-hairline py-2">
                <span className="flex items-center justify-between gap-3">
                  <span className="font-medium">{STREAM_LABELS[stream.name]}</span>
                  <State tone={STREAM_STATES[stream.state].tone}>
                    {STREAM_STATES[stream.state].label}
                  </State>
                </span>
                <span className="text-xs text-muted">
                  last success <TimeAgo time={stream.lastSuccess} />
                  {stream.lagSeconds !== null && `, ${formatLag(stream.lagSeconds)} behind`},{" "}
                  {PATH_LABELS[stream.path].toLowerCase()}
                </span>
                {stream.lastError !== null && (
                  <span className="text-xs text-error">
                    <DataText>{stream.lastError.message}</DataText> (
                    <TimeAgo time={stream.lastError.time} />)
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </SidePanel>
  );
}
