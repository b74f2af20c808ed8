import type { ImportOptions, Job, NewImport } from "@breakwater/protocol";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { formatBytes } from "../../lib/format-number.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Section } from "../../ui/Section.tsx";
import { useDebounced } from "../../ui/use-debounced.ts";
import { sms, smsQueries } from "../client.ts";
import { useWatchJob } from "../jobs/watched-jobs.ts";
import { ImportFields } from "./ImportFields.tsx";
import { draftOf, optionsOf } from "./import-draft.ts";
import { ReadingFields } from "./ReadingFields.tsx";
import { ReadRows } from "./ReadRows.tsx";

type Props = { upload: NewImport; onStarted: (job: Job) => void; onCancel: () => void };

/** How the file is read, to be corrected, and what becomes of it. */
export function ImportReview({ upload, onStarted, onCancel }: Props) {
  const [draft, setDraft] = useState(() => draftOf(upload.preview));
  const watch = useWatchJob();
  const categories =
    useQuery(smsQueries.one("GET /api/v1/reputation/tag-categories")).data?.items ?? [];
  const options = optionsOf(draft, categories);
  const preview = usePreview(upload, typeof options === "string" ? undefined : options);
  const params = { id: upload.id };
  const start = useMutation({
    mutationFn: (body: ImportOptions) => sms("POST /api/v1/imports/{id}/start", { params, body }),
    onSuccess: (job) => {
      watch(job);
      onStarted(job);
    },
  });
  const forget = useMutation({
    mutationFn: () => sms("DELETE /api/v1/imports/{id}", { params }),
    onSettled: onCancel,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof options !== "string") start.mutate(options);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-6">
      <p>
        <DataText>{upload.name}</DataText>{" "}
        <span className="text-muted">{formatBytes(upload.bytes)}</span>
      </p>
      <Section title="How it is read">
        <ReadingFields draft={draft} onChange={setDraft} />
        <ReadRows
          preview={preview.data ?? upload.preview}
          draft={draft}
          categories={categories}
          onChange={setDraft}
        />
        <ErrorCallout error={preview.error} />
      </Section>
      <Section title="What becomes of it" className="max-w-3xl">
        <ImportFields draft={draft} categories={categories} onChange={setDraft} />
      </Section>
      {draft.mode === "replace" && (
        <Callout tone="warning" title={`Replaces everything that ${draft.source} asserts`}>
          What it asserts now and the file does not have is withdrawn. The job can be undone.
        </Callout>
      )}
      <ErrorCallout error={start.error} />
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          variant="primary"
          isPending={start.isPending}
          disabledReason={typeof options === "string" && options}
        >
          Import
        </Button>
        <Button onPress={() => forget.mutate()}>Discard the file</Button>
      </div>
    </form>
  );
}

/** The first rows as they are read with the options that are chosen now. */
function usePreview(upload: NewImport, options: ImportOptions | undefined) {
  const asked = useDebounced(JSON.stringify(options ?? null), 400);
  return useQuery({
    queryKey: ["POST /api/v1/imports/{id}/preview", upload.id, asked],
    queryFn: ({ signal }) =>
      sms("POST /api/v1/imports/{id}/preview", {
        params: { id: upload.id },
        body: JSON.parse(asked) as ImportOptions,
        signal,
      }),
    enabled: asked !== "null",
    placeholderData: keepPreviousData,
    retry: false,
  });
}
