import X from "lucide-react/icons/x";
import { DataText } from "./DataText.tsx";

/** A filter that has no control of its own. */
export function FilterChip({
  label,
  value,
  onRemove,
}: {
  label: string;
  value: string;
  onRemove: () => void;
}) {
  return (
    <span className="inline-flex h-8 max-w-64 items-center gap-1.5 rounded-md border border-accent pr-1 pl-2.5">
      <span className="text-muted">{label}</span>
      <span className="min-w-0">
        <DataText truncate>{value}</DataText>
      </span>
      <button
        type="button"
        aria-label={`Remove the filter ${label}`}
        className="inline-flex size-6 flex-none items-center justify-center rounded-sm text-muted hover:bg-hover"
        onClick={onRemove}
      >
        <X size={14} aria-hidden />
      </button>
    </span>
  );
}
