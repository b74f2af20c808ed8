import type { Job, NewImport } from "@breakwater/protocol";
import { useState } from "react";
import { usePageTitle } from "../../query/use-page-title.ts";
import { Page } from "../../shell/Page.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { ChooseFile } from "./ChooseFile.tsx";
import { ImportProgress } from "./ImportProgress.tsx";
import { ImportReview } from "./ImportReview.tsx";

type Step =
  | { at: "choose" }
  | { at: "review"; upload: NewImport }
  | { at: "running"; id: Job["id"] };

/** A file of indicators: chosen, looked at, imported. */
export default function ImportPage() {
  usePageTitle("Import");
  const [step, setStep] = useState<Step>({ at: "choose" });
  const again = () => setStep({ at: "choose" });
  return (
    <Page>
      <PageHeader title="Import">
        CSV, plain lists, STIX 2.1 bundles and MISP events, up to 2 GiB. Nothing changes before you
        have seen how the file is read.
      </PageHeader>
      {step.at === "choose" && (
        <ChooseFile onUploaded={(upload) => setStep({ at: "review", upload })} />
      )}
      {step.at === "review" && (
        <ImportReview
          upload={step.upload}
          onStarted={(job) => setStep({ at: "running", id: job.id })}
          onCancel={again}
        />
      )}
      {step.at === "running" && <ImportProgress id={step.id} onAgain={again} />}
    </Page>
  );
}
