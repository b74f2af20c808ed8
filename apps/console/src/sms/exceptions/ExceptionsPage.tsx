import { useQuery } from "@tanstack/react-query";
import Plus from "lucide-react/icons/plus";
import { useCallback, useMemo } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { refang } from "../../lib/recognise-value.ts";
import { totalText } from "../../lib/total-text.ts";
import { PagedTable } from "../../query/PagedTable.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { usePages } from "../../query/use-pages.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";
import { ExceptionDetails } from "./ExceptionDetails.tsx";
import { ExceptionDialog } from "./ExceptionDialog.tsx";
import { exceptionColumns } from "./exception-columns.tsx";

const DEFAULTS = { q: "", state: "active", open: "", add: "" };
const STATES = [
  { value: "active", label: "Active" },
  { value: "expired", label: "Expired" },
  { value: "ended", label: "Ended" },
  { value: "any", label: "Any" },
] as const;

/** What is on the list and yet not acted on: for whom, why, and until when. */
export default function ExceptionsPage() {
  usePageTitle("Exceptions");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("exceptions:write");
  const state = oneOf(view.state, ["active", "expired", "ended"]);
  const q = view.q.trim();
  const pages = usePages(
    smsQueries.pages("GET /api/v1/reputation/exceptions", {
      ...(q === "" ? {} : { q }),
      ...(state === undefined ? {} : { state }),
      limit: 100,
    }),
  );
  const profiles = useQuery(smsQueries.one("GET /api/v1/profiles")).data?.items;
  const columns = useMemo(() => exceptionColumns(profiles ?? []), [profiles]);
  const open = pages.rows.find(({ id }) => id === view.open);
  const close = useCallback(() => setView({ open: "" }), [setView]);
  const search = useCallback(
    (text: string) => setView({ q: refang(text) }, { replace: true }),
    [setView],
  );
  const add = () => setView({ add: "1" });
  useActions([
    {
      id: "make-exception",
      group: "Exceptions",
      label: "Make exception",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  return (
    <Page layout="fill">
      <PageHeader
        title="Exceptions"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={add}
            disabledReason={denied}
          >
            Make exception
          </Button>
        }
      >
        Objects that devices do not act on although they are on the list.
      </PageHeader>
      <ListWithPanel
        list={
          <>
            <ListToolbar count={totalText(pages.total, "exception")}>
              <SearchBox
                label="Filter exceptions"
                placeholder="Value, reason or owner"
                value={view.q}
                onChange={search}
              />
              <Select
                label="State"
                layout="inline"
                options={STATES}
                value={state ?? "any"}
                active={view.state !== DEFAULTS.state}
                onChange={(next) => setView({ state: next })}
              />
            </ListToolbar>
            <PagedTable
              pages={pages}
              what="exceptions"
              empty={
                q === "" && state !== "ended" && state !== "expired" ? (
                  <NothingYet
                    title={state === "active" ? "No active exceptions" : "No exceptions"}
                    action={
                      <Button variant="primary" onPress={add} disabledReason={denied}>
                        Make exception
                      </Button>
                    }
                  >
                    You can make one here, on an object, or from an event.
                  </NothingYet>
                ) : (
                  <NoMatch
                    what="exceptions"
                    onReset={() => setView({ q: "", state: DEFAULTS.state })}
                  />
                )
              }
              label="Exceptions"
              columns={columns}
              rowId={({ id }) => id}
              rowName={({ value }) => value}
              href={({ id }) => `/exceptions?open=${id}`}
              onOpen={({ id }) => setView({ open: id })}
              openId={view.open === "" ? undefined : view.open}
            />
          </>
        }
        panel={
          open !== undefined && (
            <ExceptionDetails
              key={open.id}
              exception={open}
              profiles={profiles ?? []}
              onClose={close}
            />
          )
        }
      />
      {view.add !== "" && (
        <ExceptionDialog
          key={view.add}
          value={view.add === "1" ? "" : view.add}
          onClose={() => setView({ add: "" }, { replace: true })}
        />
      )}
    </Page>
  );
}
