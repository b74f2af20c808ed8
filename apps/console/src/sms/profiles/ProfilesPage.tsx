import type { Profile } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { formatExact } from "../../lib/format-number.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { FullBleed, Page } from "../../shell/Page.tsx";
import { type Column, DataTable } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { State } from "../../ui/State.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { smsQueries } from "../client.ts";

const DEFAULTS = { sort: "name" };

const columns: readonly Column<Profile>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (profile) => profile.name,
    cell: (profile) => <DataText truncate>{profile.name}</DataText>,
  },
  {
    id: "changed",
    header: "Changes",
    width: 200,
    sortBy: (profile) => Number(!profile.changed),
    cell: (profile) =>
      profile.changed ? (
        <State tone="warning">Pending</State>
      ) : (
        <State tone="ok">All distributed</State>
      ),
  },
  {
    id: "version",
    header: "Version",
    width: 100,
    align: "right",
    sortBy: (profile) => profile.version,
    cell: (profile) => formatExact(profile.version),
  },
  {
    id: "devices",
    header: "Devices",
    width: 100,
    align: "right",
    sortBy: (profile) => profile.devices,
    cell: (profile) => formatExact(profile.devices),
  },
  {
    id: "distributed",
    header: "Last distributed",
    width: 160,
    from: "md",
    sortBy: (profile) => profile.lastDistributed ?? "",
    cell: (profile) => <TimeAgo time={profile.lastDistributed} />,
  },
];

/** Inspection profiles. A single one opens at once. */
export default function ProfilesPage() {
  usePageTitle("Profiles");
  const navigate = useNavigate();
  const [view, setView] = useUrlState(DEFAULTS);
  const query = useQuery({ ...smsQueries.one("GET /api/v1/profiles"), refetchInterval: 5_000 });
  const [only, second] = query.data?.items ?? [];
  if (only !== undefined && second === undefined)
    return <Navigate to="/profiles/$id" params={{ id: only.id } as never} replace />;
  return (
    <Page layout="fill">
      <PageHeader title="Profiles">
        What devices enforce: ordered reputation filters and own rules.
      </PageHeader>
      <QueryView query={query} what="profiles">
        {({ items }) =>
          items.length === 0 ? (
            <NothingYet title="No profiles">
              A profile called Default is made when the SMS first starts.
            </NothingYet>
          ) : (
            <FullBleed>
              <DataTable
                label="Profiles"
                columns={columns}
                rows={items}
                rowId={(row) => row.id}
                rowName={(row) => row.name}
                href={(row) => `/profiles/${row.id}`}
                onOpen={(row) =>
                  void navigate({ to: "/profiles/$id", params: { id: row.id } as never })
                }
                sort={view.sort}
                onSort={(sort) => setView({ sort })}
              />
            </FullBleed>
          )
        }
      </QueryView>
    </Page>
  );
}
