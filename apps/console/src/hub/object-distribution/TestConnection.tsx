import type { DistributionTargetId, DistributionTest, TestStep } from "@breakwater/protocol";
import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { State, type StateTone } from "../../ui/State.tsx";
import { AbsoluteTime } from "../../ui/Time.tsx";
import { hub } from "../client.ts";
import { serverOf, serverProblem, type TargetForm } from "./target-form.ts";

type Props = {
  form: TargetForm;
  id: DistributionTargetId | undefined;
  onPin: (fingerprint: string) => void;
};

/** Test Connection: tries what the form says, without saving it. */
export function TestConnection({ form, id, onPin }: Props) {
  const test = useMutation({
    mutationFn: () =>
      hub("POST /hub/v1/object-distribution/test", {
        body: { ...serverOf(form), ...(id === undefined ? {} : { id }) },
      }),
  });
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Button
          onPress={() => test.mutate()}
          isPending={test.isPending}
          disabledReason={serverProblem(form, id === undefined)}
        >
          Test Connection
        </Button>
      </div>
      <div aria-live="polite" className="flex flex-col gap-3">
        <ErrorCallout error={test.error} />
        {test.data !== undefined && !test.isPending && (
          <TestResult result={test.data} onPin={onPin} />
        )}
      </div>
    </div>
  );
}

const LOOKS: Readonly<Record<TestStep["result"], { tone: StateTone; word: string }>> = {
  ok: { tone: "ok", word: "OK" },
  failed: { tone: "error", word: "Failed" },
  skipped: { tone: "off", word: "Skipped" },
};

function TestResult({
  result,
  onPin,
}: {
  result: DistributionTest;
  onPin: (fingerprint: string) => void;
}) {
  const { certificate } = result;
  return (
    <>
      <Callout tone={result.ok ? "ok" : "error"}>
        {result.ok ? "The server accepts objects." : "Something does not work; see the steps."}
      </Callout>
      <ol aria-label="Steps" className="border-t border-hairline">
        {result.steps.map((step) => (
          <li key={step.step} className="flex gap-4 border-b border-hairline py-2">
            <span className="w-20 flex-none">
              <State tone={LOOKS[step.result].tone}>{LOOKS[step.result].word}</State>
            </span>
            <span className="min-w-0 flex-1">
              <span className="font-medium">{step.step}</span>
              <span className="block text-muted">
                <DataText>{step.detail}</DataText>
              </span>
              {step.remedy !== "" && <span className="block">{step.remedy}</span>}
            </span>
          </li>
        ))}
      </ol>
      {certificate !== null && (
        <>
          <Facts
            items={[
              { term: "Certificate", value: <DataText>{certificate.subject}</DataText> },
              { term: "Issuer", value: <DataText>{certificate.issuer}</DataText> },
              { term: "Fingerprint", value: <DataText mono>{certificate.fingerprint}</DataText> },
              { term: "Expires", value: <AbsoluteTime time={certificate.expires} /> },
            ]}
          />
          <div>
            <Button size="sm" onPress={() => onPin(certificate.fingerprint)}>
              Pin this certificate
            </Button>
          </div>
        </>
      )}
    </>
  );
}
