import type { Job } from "@breakwater/protocol";
import { formatExact } from "../../lib/format-number.ts";
import type { Column } from "../../ui/DataTable.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ProgressBar } from "../../ui/ProgressBar.tsx";
import { State } from "../../ui/State.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { JOB_STATES, progressText } from "./job-labels.ts";

export const jobColumns: readonly Column<Job>[] = [
  { id: "title", header: "Job", cell: (job) => <DataText truncate>{job.title}</DataText> },
  {
    id: "state",
    header: "State",
    width: 116,
    cell: (job) => <State tone={JOB_STATES[job.state].tone}>{JOB_STATES[job.state].label}</State>,
  },
  {
    id: "progress",
    header: "Progress",
    width: 220,
    from: "md",
    cell: (job) =>
      job.state === "running" ? (
        <ProgressBar
          label={`${job.title}: ${progressText(job.progress)}`}
          value={job.progress.done}
          max={job.progress.total}
        />
      ) : (
        <span className="tabular-nums">{progressText(job.progress)}</span>
      ),
  },
  {
    id: "rejections",
    header: "Rejected",
    width: 96,
    from: "lg",
    align: "right",
    cell: (job) => formatExact(job.rejections),
  },
  {
    id: "by",
    header: "By",
    width: 140,
    from: "xl",
    cell: (job) => <DataText truncate>{job.createdBy}</DataText>,
  },
  {
    id: "created",
    header: "Created",
    width: 112,
    from: "lg",
    cell: (job) => <TimeAgo time={job.created} />,
  },
  {
    id: "finished",
    header: "Finished",
    width: 112,
    from: "2xl",
    cell: (job) => <TimeAgo time={job.finished} none="–" />,
  },
];
