import type { Job } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import Undo2 from "lucide-react/icons/undo-2";
import X from "lucide-react/icons/x";
import type { ReactNode } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { JobProgress } from "./JobProgress.tsx";
import { JobRejections } from "./JobRejections.tsx";
import { isLive, resultFacts } from "./job-labels.ts";
import { useJobActions } from "./use-job-actions.ts";

/** How far a job is, what came of it, what it refused, and how to stop or undo it. */
export function JobReport({ job }: { job: Job }) {
  const result = resultFacts(job.result ?? {});
  return (
    <div className="flex flex-col gap-5">
      <JobProgress job={job} />
      {job.error !== null && (
        <Callout tone={isLive(job) ? "warning" : "error"} title={job.error.message}>
          {job.error.remedy}
          {job.nextAttempt !== null && (
            <p>
              Tries again <TimeAgo time={job.nextAttempt} />.
            </p>
          )}
          <p className="text-xs text-muted">Request {job.error.requestId}</p>
        </Callout>
      )}
      <JobActions job={job} />
      {result.length > 0 && (
        <Section title="Result">
          <Facts
            items={result.map(({ term, value }) => ({
              term,
              value: <DataText>{value}</DataText>,
            }))}
          />
        </Section>
      )}
      {job.rejections > 0 && <JobRejections job={job} />}
      <Section title="History">
        <Facts
          items={[
            { term: "Started by", value: <DataText>{job.createdBy}</DataText> },
            { term: "Created", value: <AbsoluteTime time={job.created} /> },
            job.started !== null && {
              term: "Started",
              value: <AbsoluteTime time={job.started} />,
            },
            job.finished !== null && {
              term: "Finished",
              value: <AbsoluteTime time={job.finished} />,
            },
            job.undoOf !== null && {
              term: "Undoes",
              value: <JobLink id={job.undoOf}>The job whose changes it takes back</JobLink>,
            },
            job.undoneBy !== null && {
              term: "Undone by",
              value: <JobLink id={job.undoneBy}>The job that took it back</JobLink>,
            },
          ]}
        />
      </Section>
    </div>
  );
}

function JobActions({ job }: { job: Job }) {
  const { cancel, undo } = useJobActions();
  const denied = useDenied("jobs:write");
  if (!(job.canCancel && isLive(job)) && !job.canUndo) return null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {job.canCancel && isLive(job) && (
          <Button
            icon={<X size={14} aria-hidden />}
            onPress={() => cancel.mutate(job)}
            isPending={cancel.isPending}
            disabledReason={
              denied ?? (job.cancelRequested !== null && "It stops as soon as it can")
            }
          >
            Cancel job
          </Button>
        )}
        {job.canUndo && (
          <Button
            icon={<Undo2 size={14} aria-hidden />}
            onPress={() => undo.mutate(job)}
            isPending={undo.isPending}
            disabledReason={denied}
          >
            Undo
          </Button>
        )}
        {job.canUndo && job.undoUntil !== null && (
          <span className="text-muted">
            expires <TimeAgo time={job.undoUntil} />
          </span>
        )}
      </div>
      <ErrorCallout error={cancel.error ?? undo.error} />
    </div>
  );
}

function JobLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link
      to="/jobs"
      search={{ open: id } as never}
      className="text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}
