import type { ConnectionSettings } from "@breakwater/protocol";
import { TextField } from "../../ui/fields.tsx";
import { Toggle } from "../../ui/Toggle.tsx";

type Props = {
  settings: ConnectionSettings;
  onChange: (settings: ConnectionSettings) => void;
  disabled: boolean;
};

/** What to exchange with the platform. */
export function SettingsFields({ settings, onChange, disabled }: Props) {
  const sync = settings.suspiciousObjectSync;
  const interval = sync.downloadIntervalSeconds;
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-3">
      <legend className="mb-1 font-medium">What to exchange</legend>
      <Toggle
        kind="switch"
        label="Suspicious Object Sync"
        description="Receives the platform's list and every change of it."
        checked={sync.enabled}
        disabled={disabled}
        onChange={(enabled) =>
          onChange({ ...settings, suspiciousObjectSync: { ...sync, enabled } })
        }
      />
      <TextField
        label="Download interval in seconds"
        className="ml-10 max-w-56"
        inputMode="numeric"
        isDisabled={disabled || !sync.enabled}
        value={Number.isNaN(interval) ? "" : String(interval)}
        onChange={(text) =>
          onChange({
            ...settings,
            suspiciousObjectSync: {
              ...sync,
              downloadIntervalSeconds: text.trim() === "" ? Number.NaN : Number(text),
            },
          })
        }
        description="Fall-back when push is cut off; 60 unless changed."
      />
      <Toggle
        kind="switch"
        label="Security Policy and Inventory"
        description="Shares devices, profiles, action sets and distributions."
        checked={settings.policyAndInventory}
        disabled={disabled}
        onChange={(policyAndInventory) => onChange({ ...settings, policyAndInventory })}
      />
      <Toggle
        kind="switch"
        label="Event and Filter Status Sharing"
        description="Shares detections and which filters block."
        checked={settings.eventAndFilterStatusSharing}
        disabled={disabled}
        onChange={(eventAndFilterStatusSharing) =>
          onChange({ ...settings, eventAndFilterStatusSharing })
        }
      />
      <Toggle
        kind="switch"
        label="TLS Network Telemetry"
        description="Devices stream TLS and flow records to the platform."
        checked={settings.tlsTelemetry}
        disabled={disabled}
        onChange={(tlsTelemetry) => onChange({ ...settings, tlsTelemetry })}
      />
    </fieldset>
  );
}
