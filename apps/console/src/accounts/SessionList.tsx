import type { Session } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { QueryView } from "../query/QueryView.tsx";
import { FullBleed } from "../shell/Page.tsx";
import { Button } from "../ui/Button.tsx";
import { type Column, DataTable } from "../ui/DataTable.tsx";
import { DataText } from "../ui/DataText.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { State } from "../ui/State.tsx";
import { TimeAgo } from "../ui/Time.tsx";
import { useToast } from "../ui/Toasts.tsx";
import { accounts, accountsQueries } from "./client.ts";
import { useDenied } from "./session.tsx";

const columns: readonly Column<Session>[] = [
  {
    id: "user",
    header: "User",
    sortBy: (session) => session.user,
    cell: (session) => <DataText truncate>{session.user}</DataText>,
  },
  {
    id: "source",
    header: "From",
    width: 200,
    sortBy: (session) => session.source,
    cell: (session) => (
      <DataText mono truncate>
        {session.source}
      </DataText>
    ),
  },
  {
    id: "lastSeen",
    header: "Last seen",
    width: 140,
    sortBy: (session) => session.lastSeen,
    cell: (session) => <TimeAgo time={session.lastSeen} />,
  },
  {
    id: "created",
    header: "Logged in",
    width: 140,
    from: "md",
    sortBy: (session) => session.created,
    cell: (session) => <TimeAgo time={session.created} />,
  },
];

/** Open sessions; each can be ended. */
export function SessionList({ sort, onSort }: { sort: string; onSort: (sort: string) => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const denied = useDenied("users:write");
  const query = useQuery({
    ...accountsQueries.one("GET /auth/v1/sessions"),
    refetchInterval: 5_000,
  });
  const end = useMutation({
    mutationFn: (session: Session) =>
      accounts("DELETE /auth/v1/sessions/{id}", { params: { id: session.id } }),
    onSuccess: async (_, session) => {
      await queries.invalidateQueries({ queryKey: ["GET /auth/v1/sessions"] });
      toast(`Session of ${session.user} ended`);
    },
  });
  const actions: Column<Session> = {
    id: "actions",
    header: "Actions",
    hideHeader: true,
    width: 130,
    cell: (session) =>
      session.current ? (
        <State tone="ok">This session</State>
      ) : (
        <Button
          size="sm"
          variant="quiet"
          onPress={() => end.mutate(session)}
          disabledReason={denied}
        >
          End session
        </Button>
      ),
  };
  return (
    <>
      <ErrorCallout error={end.error} />
      <QueryView query={query} what="sessions">
        {({ items }) => (
          <FullBleed>
            <DataTable
              label="Open sessions"
              columns={[...columns, actions]}
              rows={items}
              rowId={(session) => session.id}
              rowName={(session) => session.user}
              sort={sort}
              onSort={onSort}
            />
          </FullBleed>
        )}
      </QueryView>
    </>
  );
}
