import { Link } from "@tanstack/react-router";
import ChevronRight from "lucide-react/icons/chevron-right";
import { Severity } from "../ui/Severity.tsx";
import { State } from "../ui/State.tsx";

export type AttentionItem = { severity: "critical" | "warning"; message: string; path: string };

/** What is wrong, the worst first; each opens the page where it is put right. */
export function AttentionList({ items }: { items: readonly AttentionItem[] }) {
  if (items.length === 0) {
    return (
      <p className="border-y border-hairline py-2.5">
        <State tone="ok">Nothing needs attention.</State>
      </p>
    );
  }
  const sorted = [...items].toSorted(
    (a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"),
  );
  return (
    <ul className="border-t border-hairline">
      {sorted.map((item) => (
        <li key={`${item.path}${item.message}`} className="border-b border-hairline">
          <Link
            to={item.path.split("?")[0] ?? item.path}
            search={Object.fromEntries(new URLSearchParams(item.path.split("?")[1] ?? "")) as never}
            className="flex items-start gap-3 py-2 hover:bg-hover"
          >
            <span className="w-20 flex-none">
              <Severity
                level={item.severity === "critical" ? "critical" : "medium"}
                label={item.severity === "critical" ? "Critical" : "Warning"}
              />
            </span>
            <span className="min-w-0 flex-1 wrap-anywhere">{item.message}</span>
            <ChevronRight size={16} aria-hidden className="mt-0.5 flex-none text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
