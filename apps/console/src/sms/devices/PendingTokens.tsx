import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDenied } from "../../accounts/session.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { useToast } from "../../ui/Toasts.tsx";
import { sms, smsQueries } from "../client.ts";

/** Tokens that no device has used yet. */
export function PendingTokens() {
  const queries = useQueryClient();
  const toast = useToast();
  const denied = useDenied("devices:write");
  const { data } = useQuery({
    ...smsQueries.one("GET /api/v1/device-enrollment-tokens"),
    refetchInterval: 5_000,
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      sms("DELETE /api/v1/device-enrollment-tokens/{id}", { params: { id: id as never } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["GET /api/v1/device-enrollment-tokens"] });
      toast("Token revoked. It cannot be used any more.");
    },
  });
  const waiting = data?.items.filter((token) => token.state === "unused") ?? [];
  if (waiting.length === 0) return null;
  return (
    <ul aria-label="Tokens waiting for a device" className="rounded-md border border-hairline">
      {waiting.map((token) => (
        <li
          key={token.id}
          className="flex items-center gap-3 border-b border-hairline py-1 pr-1.5 pl-3 last:border-b-0"
        >
          <span className="min-w-0 flex-1">
            Waiting for a device:{" "}
            <DataText>{token.note === "" ? "token without a note" : token.note}</DataText>
            <span className="text-muted">
              , created by {token.createdBy} <TimeAgo time={token.created} />, expires{" "}
              <TimeAgo time={token.expires} />
            </span>
          </span>
          <Button
            size="sm"
            variant="quiet"
            disabledReason={denied}
            isPending={revoke.isPending && revoke.variables === token.id}
            onPress={() => revoke.mutate(token.id)}
          >
            Revoke
          </Button>
        </li>
      ))}
    </ul>
  );
}
