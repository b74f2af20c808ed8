import { useNavigate } from "@tanstack/react-router";
import ShieldCheck from "lucide-react/icons/shield-check";
import Trash2 from "lucide-react/icons/trash-2";
import { useCallback, useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { plural } from "../../lib/format-number.ts";
import { refang } from "../../lib/recognise-value.ts";
import { totalText } from "../../lib/total-text.ts";
import { PagedTable } from "../../query/PagedTable.tsx";
import { usePages } from "../../query/use-pages.ts";
import { FullBleed } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { FilterChip } from "../../ui/FilterChip.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";
import { heldColumns } from "./held-columns.tsx";
import { useHeldActions } from "./use-held-actions.ts";

type View = { q: string; source: string };
type Props = {
  view: View;
  onView: (patch: Partial<View>, options?: { replace?: boolean }) => void;
};
const keyOf = ({ id, source }: { id: string; source: string }) => `${id} ${source}`;

/** What safeguards hold back, to be let through or thrown away. */
export function HeldList({ view, onView }: Props) {
  const navigate = useNavigate();
  const denied = useDenied("safeguards:write");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const q = view.q.trim();
  const pages = usePages(
    smsQueries.pages("GET /api/v1/reputation/held", {
      ...(q === "" ? {} : { q }),
      ...(view.source === "" ? {} : { source: view.source }),
      limit: 100,
    }),
  );
  const chosen = pages.rows.filter((row) => selected.has(keyOf(row)));
  const { release, discard } = useHeldActions(() => setSelected(new Set()));
  const search = useCallback(
    (text: string) => onView({ q: refang(text) }, { replace: true }),
    [onView],
  );
  const which = chosen.length === 0 ? "" : plural(chosen.length, "entry", "entries");
  const nothing = chosen.length === 0 && "Tick the entries first";
  const isFiltered = q !== "" || view.source !== "";
  return (
    <FullBleed>
      <ListToolbar count={totalText(pages.total, "entry", "entries")}>
        <SearchBox
          label="Filter held entries"
          placeholder="Value or part of it"
          value={view.q}
          onChange={search}
        />
        {view.source !== "" && (
          <FilterChip label="Source" value={view.source} onRemove={() => onView({ source: "" })} />
        )}
        <Button
          icon={<ShieldCheck size={14} aria-hidden />}
          onPress={() => release.mutate(chosen)}
          isPending={release.isPending}
          disabledReason={denied ?? nothing}
        >
          {`Release ${which}`.trimEnd()}
        </Button>
        <Button
          icon={<Trash2 size={14} aria-hidden />}
          onPress={() => discard.mutate(chosen)}
          isPending={discard.isPending}
          disabledReason={denied ?? nothing}
        >
          {`Discard ${which}`.trimEnd()}
        </Button>
      </ListToolbar>
      <div className="px-6 empty:hidden">
        <ErrorCallout error={release.error ?? discard.error} />
      </div>
      <PagedTable
        pages={pages}
        what="held entries"
        empty={
          isFiltered ? (
            <NoMatch what="held entries" onReset={() => onView({ q: "", source: "" })} />
          ) : (
            <NothingYet title="Nothing is held back">
              What sources assert and a safeguard stops waits here for your decision.
            </NothingYet>
          )
        }
        label="Held entries"
        columns={heldColumns}
        rowId={keyOf}
        rowName={({ value }) => value}
        href={({ id }) => `/suspicious-objects/${id}`}
        onOpen={({ id }) =>
          void navigate({ to: "/suspicious-objects/$id", params: { id } as never })
        }
        selection={{ selected, onChange: setSelected }}
      />
    </FullBleed>
  );
}
