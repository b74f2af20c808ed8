import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useCan } from "../accounts/session.tsx";
import { buttonClass } from "../ui/button-class.ts";
import { State } from "../ui/State.tsx";
import { hubQueries } from "./client.ts";

/** How many managers are connected: always in sight. */
export function HubStatus() {
  const allowed = useCan("overview:read");
  const { data } = useQuery({
    ...hubQueries.one("GET /hub/v1/overview"),
    refetchInterval: 5_000,
    enabled: allowed,
  });
  if (data === undefined) return null;
  const { total, connected } = data.products;
  return (
    <Link to="/products" className={buttonClass({ variant: "quiet" })}>
      <State tone={total === 0 ? "none" : connected === total ? "ok" : "warning"}>
        {total === 0 ? "No manager" : `${connected} of ${total} managers connected`}
      </State>
    </Link>
  );
}
