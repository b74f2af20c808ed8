import type { Distribution } from "@breakwater/protocol";
import { cx } from "../../lib/class-names.ts";
import { plural } from "../../lib/format-number.ts";
import { DataText } from "../../ui/DataText.tsx";
import { State, type StateTone } from "../../ui/State.tsx";

type Device = Distribution["devices"][number];
const STEPS = ["queued", "sent", "tested", "loaded", "verified"] as const;
const STEP_WORDS = {
  queued: "Queued",
  sent: "Sent",
  tested: "Tested",
  loaded: "Loaded",
  verified: "Verified",
} as const;
const FAILED_WORDS = {
  queued: "Failed to start",
  sent: "Failed to arrive",
  tested: "Failed the test",
  loaded: "Failed to load",
  verified: "Failed verification",
} as const;
const TONES: Readonly<Record<Device["state"], StateTone>> = {
  running: "busy",
  done: "ok",
  failed: "error",
  superseded: "off",
};

/** How far each device is, in the five steps of a distribution. */
export function DistributionProgress({ distribution }: { distribution: Distribution }) {
  const { devices } = distribution;
  const done = devices.filter((device) => device.state === "done").length;
  const failed = devices.filter((device) => device.state === "failed").length;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="font-medium">
        In force on {done} of {plural(devices.length, "device")}
        {failed > 0 && `, failed on ${failed}`}
      </p>
      <progress
        aria-label="Devices done"
        max={devices.length}
        value={done + failed}
        className="progress h-1.5 w-full"
      />
      <ul aria-label="Devices" className="border-t border-hairline">
        {devices.map((device) => (
          <li key={device.device} className="border-b border-hairline py-2">
            <div className="flex items-center gap-4">
              <span className="min-w-0 flex-1 truncate font-medium">{device.name}</span>
              <StepDots device={device} />
              <span className="w-36">
                <State tone={TONES[device.state]}>
                  {device.state === "failed"
                    ? FAILED_WORDS[device.step]
                    : device.state === "superseded"
                      ? "Superseded"
                      : STEP_WORDS[device.step]}
                </State>
              </span>
            </div>
            {device.message !== null && (
              <p className={device.state === "failed" ? "text-error" : "text-muted"}>
                <DataText>{device.message}</DataText>
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function StepDots({ device }: { device: Device }) {
  const at = STEPS.indexOf(device.step);
  return (
    <span aria-hidden className="flex gap-1">
      {STEPS.map((step, index) => (
        <span
          key={step}
          className={cx(
            "size-2 rounded-full border",
            index <= at
              ? device.state === "failed"
                ? "border-error bg-error"
                : "border-accent bg-accent"
              : "border-control",
          )}
        />
      ))}
    </span>
  );
}
