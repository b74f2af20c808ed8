import { formatExact } from "../lib/format-number.ts";
import { DataText } from "./DataText.tsx";
import { State, type StateTone } from "./State.tsx";

export type Outcome = {
  value: string;
  outcome: "added" | "changed" | "unchanged" | "held" | "rejected";
  reason?: string | undefined;
  remedy?: string | undefined;
};

const TONES: Readonly<Record<Outcome["outcome"], StateTone>> = {
  added: "ok",
  changed: "ok",
  unchanged: "off",
  held: "warning",
  rejected: "error",
};
const OUTCOME_WORDS = {
  added: "added",
  changed: "changed",
  unchanged: "unchanged",
  held: "held back",
  rejected: "rejected",
} as const;
const ORDER = ["rejected", "held", "added", "changed", "unchanged"] as const;

/** What became of each line, the refused ones first with their reason. */
export function OutcomeList({ outcomes }: { outcomes: readonly Outcome[] }) {
  const sorted = [...outcomes].toSorted(
    (a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome),
  );
  const counts = ORDER.map((outcome) => ({
    outcome,
    count: outcomes.filter((item) => item.outcome === outcome).length,
  }));
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="font-medium">
        {counts
          .filter(({ count }) => count > 0)
          .map(({ outcome, count }) => `${formatExact(count)} ${OUTCOME_WORDS[outcome]}`)
          .join(", ")}
      </p>
      <ul
        aria-label="Outcome per line"
        className="max-h-80 overflow-y-auto border-y border-hairline"
        tabIndex={0}
      >
        {sorted.map((item, index) => (
          <li
            key={`${index}${item.value}`}
            className="flex gap-3 border-b border-hairline py-1.5 last:border-b-0"
          >
            <span className="w-28 flex-none capitalize">
              <State tone={TONES[item.outcome]}>{OUTCOME_WORDS[item.outcome]}</State>
            </span>
            <span className="min-w-0 flex-1">
              <DataText mono>{item.value}</DataText>
              {item.reason !== undefined && (
                <span className="block text-muted">
                  {item.reason} {item.remedy}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
