import type { TestStep } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorCallout } from "../../ui/ErrorCallout.tsx";
import { State, type StateTone } from "../../ui/State.tsx";
import { sms } from "../client.ts";

const TONES: Readonly<Record<TestStep["result"], StateTone>> = {
  ok: "ok",
  failed: "error",
  skipped: "off",
};
const WORDS: Readonly<Record<TestStep["result"], string>> = {
  ok: "OK",
  failed: "Failed",
  skipped: "Skipped",
};

/** Tests every configured setting; each failure says what to do. */
export function TestDialog({ onClose }: { onClose: () => void }) {
  const test = useQuery({
    queryKey: ["POST /api/v1/vision-one/test"],
    queryFn: ({ signal }) => sms("POST /api/v1/vision-one/test", { signal }),
    gcTime: 0,
    staleTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const { data } = test;
  return (
    <Dialog
      title="Test connectivity"
      size="lg"
      isOpen
      onClose={onClose}
      footer={
        <>
          {data !== undefined && <CopyButton text="Copy report" value={reportOf(data.steps)} />}
          <Button onPress={() => void test.refetch()} isPending={test.isFetching}>
            Test again
          </Button>
          <Button variant="primary" onPress={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-3">
        {test.isFetching && <State tone="busy">Testing every setting…</State>}
        <ErrorCallout error={test.error} />
        {data !== undefined && !test.isFetching && (
          <Callout tone={data.ok ? "ok" : "error"}>
            {data.ok
              ? "Everything that is configured works."
              : "Something does not work. The steps below say what to do."}
          </Callout>
        )}
        {data !== undefined && (
          <ol aria-label="Steps" className="border-t border-hairline">
            {data.steps.map((step) => (
              <StepLine key={step.step} step={step} />
            ))}
          </ol>
        )}
      </div>
    </Dialog>
  );
}

function StepLine({ step }: { step: TestStep }) {
  return (
    <li className="flex gap-4 border-b border-hairline py-2">
      <span className="w-20 flex-none">
        <State tone={TONES[step.result]}>{WORDS[step.result]}</State>
      </span>
      <span className="min-w-0 flex-1">
        <span className="font-medium">{step.step}</span>
        {step.detail !== "" && (
          <span className="block text-muted">
            <DataText>{step.detail}</DataText>
          </span>
        )}
        {step.result === "failed" && step.remedy !== "" && (
          <span className="block">{step.remedy}</span>
        )}
      </span>
      <span className="flex-none text-muted tabular-nums">
        {step.result === "skipped" ? "" : `${Math.round(step.milliseconds)} ms`}
      </span>
    </li>
  );
}

function reportOf(steps: readonly TestStep[]): string {
  return steps
    .map((step) =>
      `${WORDS[step.result].padEnd(8)}${step.step}: ${step.detail} ${step.result === "failed" ? step.remedy : ""}`.trimEnd(),
    )
    .join("\n");
}
