import { useQuery } from "@tanstack/react-query";
import { State } from "../../ui/State.tsx";
import { smsQueries } from "../client.ts";

/** Watches a token until a device has used it. */
export function WaitForDevice({ token }: { token: string }) {
  const { data } = useQuery({
    ...smsQueries.one("GET /api/v1/device-enrollment-tokens"),
    refetchInterval: 2_000,
  });
  const used = data?.items.find((item) => item.id === token && item.state === "used");
  return (
    <p role="status">
      {used === undefined ? (
        <State tone="busy">
          Waiting for the device to enroll. You can close this; the token stays valid.
        </State>
      ) : (
        <State tone="ok">{`${used.usedBy ?? "The device"} is enrolled.`}</State>
      )}
    </p>
  );
}
