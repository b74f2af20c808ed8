import type { ReputationException } from "@breakwater/protocol";
import { plural } from "../../lib/format-number.ts";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { EntryLinks } from "../objects/EntryLinks.tsx";

/** The server counts no further. */
const MOST_COUNTED = 1_000;

/** What an exception lifts, and what still covers its value. */
export function ExceptionEffect({ exception }: { exception: ReputationException }) {
  const { covers, stillCoveredBy, value } = exception;
  return (
    <div className="flex flex-col gap-3">
      <p role="status">
        The exception for <DataText mono>{value}</DataText> lifts{" "}
        <strong>
          {covers >= MOST_COUNTED && "at least "}
          {plural(covers, "entry", "entries")}
        </strong>{" "}
        now.
        {covers === 0 && " It holds for entries that come later, too."}
      </p>
      {stillCoveredBy.length > 0 && (
        <Callout
          tone="warning"
          title={`${plural(stillCoveredBy.length, "entry still covers", "entries still cover")} it`}
        >
          <p>They are wider than the exception, and devices go on acting on them:</p>
          <EntryLinks entries={stillCoveredBy} />
        </Callout>
      )}
    </div>
  );
}
