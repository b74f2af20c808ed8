import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Maximize2 from "lucide-react/icons/maximize-2";
import { visibleText } from "../../lib/hidden-characters.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { buttonClass } from "../../ui/button-class.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { SidePanel } from "../../ui/SidePanel.tsx";
import { smsQueries } from "../client.ts";
import { ObjectExplanation } from "./ObjectExplanation.tsx";

/** The object of a row, explained beside the list. */
export function ObjectDetails({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/reputation/entries/{id}", { params: { id: id as never } }),
    refetchInterval: 3_000,
  });
  const value = query.data?.value;
  return (
    <SidePanel
      label="Object details"
      title={value === undefined ? "Object" : <DataText mono>{value}</DataText>}
      onClose={onClose}
      actions={
        <>
          {value !== undefined && <CopyButton value={value} label={`Copy ${visibleText(value)}`} />}
          <Link
            to="/suspicious-objects/$id"
            params={{ id } as never}
            aria-label="Open as a page"
            title="Open as a page"
            className={buttonClass({ variant: "quiet", size: "sm", square: true })}
          >
            <Maximize2 size={14} aria-hidden />
          </Link>
        </>
      }
    >
      <QueryView query={query} what="object">
        {(entry) => <ObjectExplanation entry={entry} />}
      </QueryView>
    </SidePanel>
  );
}
