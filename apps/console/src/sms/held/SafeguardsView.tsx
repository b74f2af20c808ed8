import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { QueryView } from "../../query/QueryView.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { ScrollArea } from "../../ui/ScrollArea.tsx";
import { smsQueries } from "../client.ts";
import { SafeguardsForm } from "./SafeguardsForm.tsx";
import { useSaveSafeguards } from "./use-save-safeguards.ts";

/** Which safeguards there are, and what they protect. */
export function SafeguardsView() {
  const query = useQuery(smsQueries.one("GET /api/v1/reputation/safeguards"));
  const save = useSaveSafeguards();
  const review = save.data?.review ?? null;
  return (
    <QueryView query={query} what="the safeguards">
      {(data) => (
        <ScrollArea className="flex max-w-3xl flex-col gap-6 pb-6">
          {review !== null && (
            <Callout tone="info" title="New entries are checked by the saved safeguards">
              A job puts what is stored already to them.{" "}
              <Link
                to="/jobs"
                search={{ open: review } as never}
                className="text-accent underline-offset-2 hover:underline"
              >
                Show the job
              </Link>
            </Callout>
          )}
          <SafeguardsForm key={JSON.stringify(data.settings)} safeguards={data} save={save} />
        </ScrollArea>
      )}
    </QueryView>
  );
}
