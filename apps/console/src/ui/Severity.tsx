import type { ReactNode } from "react";

export type SeverityLevel = "critical" | "high" | "medium" | "low" | "info";

type Look = { label: string; color: string; shape: ReactNode };
const shape = (path: string) => (
  <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden className="flex-none fill-current">
    <path d={path} />
  </svg>
);

const LOOKS: Readonly<Record<SeverityLevel, Look>> = {
  critical: { label: "Critical", color: "text-critical", shape: shape("M6 0l6 6-6 6-6-6z") },
  high: { label: "High", color: "text-high", shape: shape("M6 .8l6 10.6H0z") },
  medium: { label: "Medium", color: "text-medium", shape: shape("M1 1h10v10H1z") },
  low: { label: "Low", color: "text-low", shape: shape("M6 1a5 5 0 110 10A5 5 0 016 1z") },
  info: {
    label: "Info",
    color: "text-muted",
    shape: shape("M6 1a5 5 0 110 10A5 5 0 016 1zm0 1.6a3.4 3.4 0 100 6.8 3.4 3.4 0 000-6.8z"),
  },
};

/** Severity as shape, word and colour. */
export function Severity({ level, label }: { level: SeverityLevel; label?: string }) {
  const look = LOOKS[level];
  return (
    <span
      className={`inline-flex items-center gap-1.5 align-middle whitespace-nowrap font-medium ${look.color}`}
    >
      {look.shape}
      {label ?? look.label}
    </span>
  );
}

/** Severity of an entry; not every source gives one. */
export function RiskLevel({ risk }: { risk: "High" | "Medium" | "Low" | null }) {
  if (risk === null) return <span className="text-muted">–</span>;
  return <Severity level={risk === "High" ? "high" : risk === "Medium" ? "medium" : "low"} />;
}

const EVENT_LEVELS = ["info", "low", "medium", "high", "critical"] as const;
const EVENT_WORDS = ["Info", "Low", "Minor", "Major", "Critical"] as const;

/** Severity of a detection event, 0 Info to 4 Critical. */
export function EventSeverity({ value }: { value: number }) {
  return (
    <Severity level={EVENT_LEVELS[value] ?? "info"} label={EVENT_WORDS[value] ?? String(value)} />
  );
}
