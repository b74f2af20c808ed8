import { useCallback } from "react";
import { keysOf } from "../../lib/entry-labels.ts";
import { totalText } from "../../lib/total-text.ts";
import { PagedTable } from "../../query/PagedTable.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { usePages } from "../../query/use-pages.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { ListWithPanel, Page } from "../../shell/Page.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Select } from "../../ui/Select.tsx";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";
import { JobDetails } from "./JobDetails.tsx";
import { jobColumns } from "./job-columns.tsx";
import { JOB_STATES } from "./job-labels.ts";

const DEFAULTS = { state: "", open: "" };
const STATES = keysOf(JOB_STATES);
const OPTIONS = [
  { value: "", label: "Any" },
  ...STATES.map((value) => ({ value, label: JOB_STATES[value].label })),
];

/** Everything that takes longer than a click: how far it is, what came of it, and the way back. */
export default function JobsPage() {
  usePageTitle("Jobs");
  const [view, setView] = useUrlState(DEFAULTS);
  const state = oneOf(view.state, STATES);
  const pages = usePages(
    smsQueries.pages("GET /api/v1/jobs", {
      ...(state === undefined ? {} : { state }),
      limit: 100,
    }),
  );
  const close = useCallback(() => setView({ open: "" }), [setView]);
  return (
    <Page layout="fill">
      <PageHeader title="Jobs">
        Imports, feed runs and changes of many entries. They go on when you leave, and after a
        restart.
      </PageHeader>
      <ListWithPanel
        list={
          <>
            <ListToolbar count={totalText(pages.total, "job")}>
              <Select
                label="State"
                layout="inline"
                options={OPTIONS}
                value={state ?? ""}
                active={state !== undefined}
                onChange={(next) => setView({ state: next })}
              />
            </ListToolbar>
            <PagedTable
              pages={pages}
              what="jobs"
              empty={
                state === undefined ? (
                  <NothingYet title="No jobs yet">
                    What takes longer than a moment appears here with its progress and result.
                  </NothingYet>
                ) : (
                  <NoMatch what="jobs" onReset={() => setView({ state: "" })} />
                )
              }
              label="Jobs"
              columns={jobColumns}
              rowId={(job) => job.id}
              rowName={(job) => job.title}
              href={(job) => `/jobs?open=${job.id}`}
              onOpen={(job) => setView({ open: job.id })}
              openId={view.open === "" ? undefined : view.open}
            />
          </>
        }
        panel={view.open !== "" && <JobDetails key={view.open} id={view.open} onClose={close} />}
      />
    </Page>
  );
}
