import { daysAhead } from "./time-range.ts";

/** How long something may hold, as people choose it. */
export const EXPIRY_PRESETS = [
  { value: "0", label: "Never" },
  { value: "1", label: "In 1 day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
] as const;
export type ExpiryPreset = (typeof EXPIRY_PRESETS)[number]["value"];

/** ISO 8601 time that a preset means now; null: never. */
export function expiryOf(preset: ExpiryPreset): string | null {
  return preset === "0" ? null : daysAhead(Number(preset));
}
