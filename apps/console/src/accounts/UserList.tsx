import type { User } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Ellipsis from "lucide-react/icons/ellipsis";
import { useState } from "react";
import { QueryView } from "../query/QueryView.tsx";
import { FullBleed } from "../shell/Page.tsx";
import { IconButton } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { type Column, DataTable } from "../ui/DataTable.tsx";
import { DataText } from "../ui/DataText.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { Menu } from "../ui/Menu.tsx";
import { State } from "../ui/State.tsx";
import { TimeAgo } from "../ui/Time.tsx";
import { useToast } from "../ui/Toasts.tsx";
import { accounts, accountsQueries } from "./client.ts";
import { EditUserDialog } from "./EditUserDialog.tsx";
import { useDenied, useSession } from "./session.tsx";

const columns: readonly Column<User>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (user) => user.name,
    cell: (user) => <DataText truncate>{user.name}</DataText>,
  },
  {
    id: "role",
    header: "Role",
    width: 160,
    sortBy: (user) => user.role,
    cell: (user) => <DataText truncate>{user.role}</DataText>,
  },
  {
    id: "state",
    header: "State",
    width: 220,
    sortBy: (user) => Number(!user.enabled),
    cell: (user) => <UserState user={user} />,
  },
  {
    id: "lastLogin",
    header: "Last login",
    width: 140,
    sortBy: (user) => user.lastLogin ?? "",
    cell: (user) => <TimeAgo time={user.lastLogin} />,
  },
  {
    id: "created",
    header: "Created",
    width: 140,
    from: "md",
    sortBy: (user) => user.created,
    cell: (user) => <TimeAgo time={user.created} />,
  },
];

/** All users with their role and state. */
export function UserList({ sort, onSort }: { sort: string; onSort: (sort: string) => void }) {
  const queries = useQueryClient();
  const toast = useToast();
  const denied = useDenied("users:write");
  const self = useSession().user.id;
  const query = useQuery({ ...accountsQueries.one("GET /auth/v1/users"), refetchInterval: 10_000 });
  const [editing, setEditing] = useState<User>();
  const [deleting, setDeleting] = useState<User>();
  const refresh = () => queries.invalidateQueries({ queryKey: ["GET /auth/v1/users"] });
  const enable = useMutation({
    mutationFn: (user: User) =>
      accounts("PATCH /auth/v1/users/{id}", {
        params: { id: user.id },
        body: { enabled: !user.enabled },
      }),
    onSuccess: async (user) => {
      await refresh();
      toast(`${user.name} is ${user.enabled ? "enabled" : "disabled"}`);
    },
  });
  const remove = useMutation({
    mutationFn: (user: User) => accounts("DELETE /auth/v1/users/{id}", { params: { id: user.id } }),
    onSuccess: async (_, user) => {
      await refresh();
      toast(`${user.name} deleted`);
      setDeleting(undefined);
    },
  });
  const rowAction = (user: User) => {
    const own = user.id === self && "This is you";
    return (
      <Menu
        label={`Actions for ${user.name}`}
        trigger={
          <IconButton
            size="sm"
            label={`More for ${user.name}`}
            icon={<Ellipsis size={14} aria-hidden />}
          />
        }
        actions={[
          {
            id: "edit",
            label: "Change role or password",
            onAction: () => setEditing(user),
            disabledReason: denied,
          },
          {
            id: "enable",
            label: user.enabled ? "Disable" : "Enable",
            onAction: () => enable.mutate(user),
            disabledReason: denied ?? own,
          },
          {
            id: "delete",
            label: "Delete",
            danger: true,
            onAction: () => setDeleting(user),
            disabledReason: denied ?? own,
          },
        ]}
      />
    );
  };
  return (
    <>
      <ErrorCallout error={enable.error} />
      <QueryView query={query} what="users">
        {({ items }) => (
          <FullBleed>
            <DataTable
              label="Users"
              columns={columns}
              rows={items}
              rowId={(user) => user.id}
              rowName={(user) => user.name}
              sort={sort}
              onSort={onSort}
              rowAction={rowAction}
            />
          </FullBleed>
        )}
      </QueryView>
      {editing !== undefined && (
        <EditUserDialog user={editing} onClose={() => setEditing(undefined)} />
      )}
      {deleting !== undefined && (
        <ConfirmDialog
          title={`Delete ${deleting.name}?`}
          confirmLabel="Delete user"
          isOpen
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate(deleting)}
          isPending={remove.isPending}
          error={remove.error}
        >
          <p>
            {deleting.name} is logged out everywhere and can no longer log in. The audit log keeps
            what was done.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function UserState({ user }: { user: User }) {
  if (!user.enabled) return <State tone="off">Disabled</State>;
  return user.mustChangePassword ? (
    <State tone="none">Must change password</State>
  ) : (
    <State tone="ok">Enabled</State>
  );
}
