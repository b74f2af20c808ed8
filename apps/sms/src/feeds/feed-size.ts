import type { SizeLimits } from "@breakwater/protocol";
import { checkSize, type Safeguard } from "@breakwater/safeguards";
import type { StoredSettings } from "./stored-settings.ts";

/** As the safeguards say now. */
export type FeedLimits = SizeLimits & { enabled: boolean };

/** A size that nothing is too sudden for, so that only an empty fetch is held. */
const NO_LIMITS: SizeLimits = {
  shrinkPercent: 100,
  shrinkEntries: 0,
  growthFactor: 1_000_000,
  growthEntries: Number.MAX_SAFE_INTEGER,
};

/** Whether a fetch of `after` entries is to be looked at first; `before`: null at the first fill. */
export function suddenChange(
  { before, after }: { before: number | null; after: number },
  { limits }: Pick<StoredSettings, "limits">,
  general: FeedLimits,
): Safeguard | undefined {
  const { enabled, ...size } = general;
  const change = {
    before: before ?? 0,
    after,
    added: Math.max(0, after - (before ?? 0)),
    removed: Math.max(0, (before ?? 0) - after),
  };
  if (limits !== null) return checkSize(change, { ...size, ...limits });
  return checkSize(change, enabled ? size : NO_LIMITS);
}
