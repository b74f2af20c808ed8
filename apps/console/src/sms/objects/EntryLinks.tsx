import type { EntryDetail } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import { ENTRY_TYPE_LABELS } from "../../lib/entry-labels.ts";
import { DataText } from "../../ui/DataText.tsx";

/** Entries by their values, each leading to its own explanation. */
export function EntryLinks({ entries }: { entries: EntryDetail["coveredBy"] }) {
  return (
    <ul className="flex flex-col">
      {entries.map(({ id, type, value }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-2">
          <Link
            to="/suspicious-objects/$id"
            params={{ id } as never}
            className="min-w-0 rounded-sm text-accent underline underline-offset-2"
          >
            <DataText mono>{value}</DataText>
          </Link>
          <span className="text-xs text-muted">{ENTRY_TYPE_LABELS[type]}</span>
        </li>
      ))}
    </ul>
  );
}
