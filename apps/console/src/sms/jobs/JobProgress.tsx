import type { Job } from "@breakwater/protocol";
import { ProgressBar } from "../../ui/ProgressBar.tsx";
import { State } from "../../ui/State.tsx";
import { useThrottled } from "../../ui/use-throttled.ts";
import { isLive, JOB_STATES, progressText } from "./job-labels.ts";

/** Screen readers hear how far it is at most this often. */
const SPEAK_MS = 5_000;

/** State, bar and figures of a job. */
export function JobProgress({ job }: { job: Job }) {
  const look = JOB_STATES[job.state];
  const live = isLive(job);
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">
          <State tone={look.tone}>{look.label}</State>
        </span>
        {(job.progress.done > 0 || live) && (
          <span className="text-muted tabular-nums">{progressText(job.progress)}</span>
        )}
      </p>
      {live && (
        <ProgressBar
          label={`Progress of ${job.title}`}
          value={job.progress.done}
          max={job.state === "queued" ? 1 : job.progress.total}
        />
      )}
      {live && job.progress.note !== "" && <p className="text-muted">{job.progress.note}</p>}
      <Spoken text={`${look.label}, ${progressText(job.progress)}`} />
    </div>
  );
}

function Spoken({ text }: { text: string }) {
  return (
    <span role="status" className="sr-only">
      {useThrottled(text, SPEAK_MS)}
    </span>
  );
}
