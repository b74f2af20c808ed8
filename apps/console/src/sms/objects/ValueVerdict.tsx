import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DataText } from "../../ui/DataText.tsx";
import { smsQueries } from "../client.ts";

/** What happens to a value that has no entry of its own: a range or a parent may reach it. */
export function ValueVerdict({ value }: { value: string }) {
  const { data } = useQuery(smsQueries.one("GET /api/v1/reputation/lookup", { query: { value } }));
  if (data === undefined) return "No source asserts exactly this value.";
  return (
    <>
      <p>{data.explanation}</p>
      {data.entries.map((entry) => (
        <p key={entry.id}>
          <Link
            to="/suspicious-objects/$id"
            params={{ id: entry.id } as never}
            className="text-accent underline-offset-2 hover:underline"
          >
            <DataText mono>{entry.value}</DataText>
          </Link>
        </p>
      ))}
    </>
  );
}
