import type { ApiKey } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Ellipsis from "lucide-react/icons/ellipsis";
import Plus from "lucide-react/icons/plus";
import { useState } from "react";
import { QueryView } from "../query/QueryView.tsx";
import { usePageTitle } from "../query/use-page-title.ts";
import { useUrlState } from "../query/use-url-state.ts";
import { FullBleed, Page } from "../shell/Page.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { DataTable } from "../ui/DataTable.tsx";
import { ErrorCallout } from "../ui/ErrorCallout.tsx";
import { Menu } from "../ui/Menu.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { useActions } from "../ui/shortcuts.tsx";
import { NothingYet } from "../ui/states.tsx";
import { useToast } from "../ui/Toasts.tsx";
import { apiKeyColumns } from "./api-key-columns.tsx";
import { CreateApiKeyDialog } from "./CreateApiKeyDialog.tsx";
import { accounts, accountsQueries } from "./client.ts";
import { useDenied } from "./session.tsx";

const DEFAULTS = { sort: "name", add: "" };

/** Keys for programs. */
export default function ApiKeysPage() {
  usePageTitle("API keys");
  const [view, setView] = useUrlState(DEFAULTS);
  const queries = useQueryClient();
  const toast = useToast();
  const denied = useDenied("api-keys:write");
  const query = useQuery({
    ...accountsQueries.one("GET /auth/v1/api-keys"),
    refetchInterval: 10_000,
  });
  const [deleting, setDeleting] = useState<ApiKey>();
  const add = () => setView({ add: "1" });
  useActions([
    {
      id: "add-key",
      group: "API keys",
      label: "Create an API key",
      keys: "a",
      run: add,
      disabledReason: denied,
    },
  ]);
  const refresh = () => queries.invalidateQueries({ queryKey: ["GET /auth/v1/api-keys"] });
  const enable = useMutation({
    mutationFn: (key: ApiKey) =>
      accounts("PATCH /auth/v1/api-keys/{id}", {
        params: { id: key.id },
        body: { enabled: !key.enabled },
      }),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (key: ApiKey) =>
      accounts("DELETE /auth/v1/api-keys/{id}", { params: { id: key.id } }),
    onSuccess: async (_, key) => {
      await refresh();
      toast(`API key ${key.name} deleted`);
      setDeleting(undefined);
    },
  });
  const create = (
    <Button
      variant="primary"
      icon={<Plus size={16} aria-hidden />}
      onPress={add}
      disabledReason={denied}
    >
      Create API key
    </Button>
  );
  const rowAction = (key: ApiKey) => (
    <Menu
      label={`Actions for ${key.name}`}
      trigger={
        <IconButton
          size="sm"
          label={`More for ${key.name}`}
          icon={<Ellipsis size={14} aria-hidden />}
        />
      }
      actions={[
        {
          id: "enable",
          label: key.enabled ? "Disable" : "Enable",
          onAction: () => enable.mutate(key),
          disabledReason: denied,
        },
        {
          id: "delete",
          label: "Delete",
          danger: true,
          onAction: () => setDeleting(key),
          disabledReason: denied,
        },
      ]}
    />
  );
  return (
    <Page layout="fill">
      <PageHeader title="API keys" actions={create}>
        Keys let programs use the same API as this console, with the permissions of a role.
      </PageHeader>
      <ErrorCallout error={enable.error} />
      <QueryView query={query} what="API keys">
        {({ items }) =>
          items.length === 0 ? (
            <NothingYet title="No API keys yet" action={create}>
              Create one for every program, so that each can be ended alone.
            </NothingYet>
          ) : (
            <FullBleed>
              <DataTable
                label="API keys"
                columns={apiKeyColumns}
                rows={items}
                rowId={(key) => key.id}
                rowName={(key) => key.name}
                sort={view.sort}
                onSort={(sort) => setView({ sort })}
                rowAction={rowAction}
              />
            </FullBleed>
          )
        }
      </QueryView>
      {view.add !== "" && (
        <CreateApiKeyDialog onClose={() => setView({ add: "" }, { replace: true })} />
      )}
      {deleting !== undefined && (
        <ConfirmDialog
          title={`Delete the API key ${deleting.name}?`}
          confirmLabel="Delete key"
          isOpen
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate(deleting)}
          isPending={remove.isPending}
          error={remove.error}
        >
          <p>Programs that use it are refused from now on.</p>
        </ConfirmDialog>
      )}
    </Page>
  );
}
