import type { Job } from "@breakwater/protocol";
import Download from "lucide-react/icons/download";
import { formatExact } from "../../lib/format-number.ts";
import { usePages } from "../../query/use-pages.ts";
import { Button } from "../../ui/Button.tsx";
import { buttonClass } from "../../ui/button-class.ts";
import { DataText } from "../../ui/DataText.tsx";
import { Section } from "../../ui/Section.tsx";
import { LoadFailed, Loading } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";

/** The lines that were refused, with why and what to do; all of them as a file. */
export function JobRejections({ job }: { job: Job }) {
  const { list, rows, more } = usePages(
    smsQueries.pagesOf("GET /api/v1/jobs/{id}/rejections", { id: job.id }, { limit: 50 }),
  );
  return (
    <Section
      title={`Rejected (${formatExact(job.rejections)})`}
      actions={
        <a
          href={`/api/v1/jobs/${job.id}/rejections.csv`}
          download
          className={buttonClass({ size: "sm" })}
        >
          <Download size={14} aria-hidden /> Download as CSV
        </a>
      }
    >
      {list.data === undefined && list.error === null && <Loading what="rejections" rows={3} />}
      {list.data === undefined && list.error !== null && (
        <LoadFailed error={list.error} what="rejections" onRetry={() => void list.refetch()} />
      )}
      <ul aria-label="Rejected lines" className="border-t border-hairline">
        {rows.map((row, index) => (
          <li key={`${index}${row.line}`} className="flex gap-3 border-b border-hairline py-1.5">
            <span className="w-14 flex-none text-right text-muted tabular-nums">
              {formatExact(row.line)}
            </span>
            <span className="min-w-0 flex-1">
              <DataText mono>{row.value}</DataText>
              <span className="block text-muted">
                {row.reason} {row.remedy}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button size="sm" className="self-start" onPress={more}>
          Show more
        </Button>
      )}
    </Section>
  );
}
