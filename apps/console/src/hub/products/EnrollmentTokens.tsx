import type { EnrollmentToken } from "@breakwater/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { QueryView } from "../../query/QueryView.tsx";
import { FullBleed } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { NothingYet } from "../../ui/states.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { TokenTable } from "../../ui/TokenTable.tsx";
import { hub, hubQueries } from "../client.ts";

type Props = {
  sort: string;
  onSort: (sort: string) => void;
  onAdd: () => void;
  denied: string | undefined;
};

/** Tokens to connect managers with. */
export function EnrollmentTokens({ sort, onSort, onAdd, denied }: Props) {
  const queries = useQueryClient();
  const toast = useToast();
  const query = useQuery({
    ...hubQueries.one("GET /hub/v1/enrollment-tokens"),
    refetchInterval: 3_000,
  });
  const [revoking, setRevoking] = useState<EnrollmentToken>();
  const revoke = useMutation({
    mutationFn: (token: EnrollmentToken) =>
      hub("DELETE /hub/v1/enrollment-tokens/{id}", { params: { id: token.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /hub/v1/enrollment-tokens"] });
      toast("Token revoked. It cannot be used any more.");
      setRevoking(undefined);
    },
  });
  return (
    <>
      <QueryView query={query} what="enrollment tokens">
        {({ items }) =>
          items.length === 0 ? (
            <NothingYet
              title="No enrollment tokens"
              action={
                <Button variant="primary" onPress={onAdd} disabledReason={denied}>
                  Create enrollment token
                </Button>
              }
            >
              A token connects one manager, once.
            </NothingYet>
          ) : (
            <FullBleed>
              <TokenTable
                tokens={items}
                sort={sort}
                onSort={onSort}
                onRevoke={setRevoking}
                denied={denied}
              />
            </FullBleed>
          )
        }
      </QueryView>
      {revoking !== undefined && (
        <ConfirmDialog
          title="Revoke the token?"
          confirmLabel="Revoke token"
          isOpen
          onClose={() => setRevoking(undefined)}
          onConfirm={() => revoke.mutate(revoking)}
          isPending={revoke.isPending}
          error={revoke.error}
        >
          <p>
            {revoking.note === "" ? "The token" : `The token “${revoking.note}”`} can no longer
            connect a manager.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
