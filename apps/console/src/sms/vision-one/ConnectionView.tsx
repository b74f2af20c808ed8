import type { Connection } from "@breakwater/protocol";
import { Callout } from "../../ui/Callout.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { DataText } from "../../ui/DataText.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { Section } from "../../ui/Section.tsx";
import { State } from "../../ui/State.tsx";
import { AbsoluteTime, TimeAgo } from "../../ui/Time.tsx";
import { CONNECTION_STATES } from "./connection-states.ts";
import { OptionsTable } from "./OptionsTable.tsx";
import { ReceivedObjects } from "./ReceivedObjects.tsx";

/** State in one sentence, every option, what was received, and the certificate. */
export function ConnectionView({ connection }: { connection: Connection }) {
  const look = CONNECTION_STATES.find(({ state }) => state === connection.state);
  const tone =
    look?.tone === "ok"
      ? "ok"
      : look?.tone === "error"
        ? "error"
        : look?.tone === "warning"
          ? "warning"
          : "info";
  const { certificate } = connection;
  return (
    <>
      <Callout tone={tone} title={look?.label ?? connection.state}>
        {connection.summary}
      </Callout>
      <Section title="Options">
        <OptionsTable connection={connection} />
      </Section>
      <div className="grid items-start gap-x-10 gap-y-5 xl:grid-cols-2">
        <Section title="Connection">
          <Facts
            items={[
              {
                term: "Onboarding status",
                value: (
                  <State tone={connection.onboarded ? "ok" : "none"}>
                    {connection.onboarded ? "True" : "False"}
                  </State>
                ),
              },
              {
                term: "Hub",
                value:
                  connection.hubUrl === null ? (
                    <span className="text-muted">none</span>
                  ) : (
                    <DataText mono>{connection.hubUrl}</DataText>
                  ),
              },
              {
                term: "Enrolled",
                value:
                  connection.enrolled === null ? (
                    <span className="text-muted">never</span>
                  ) : (
                    <AbsoluteTime time={connection.enrolled} />
                  ),
              },
              ...(certificate === null
                ? [{ term: "Certificate", value: <span className="text-muted">none</span> }]
                : [
                    {
                      term: "Certificate",
                      value: (
                        <span>
                          expires <TimeAgo time={certificate.expires} />, renewed by itself 30 days
                          before
                        </span>
                      ),
                    },
                    { term: "Subject", value: <DataText>{certificate.subject}</DataText> },
                    { term: "Issuer", value: <DataText>{certificate.issuer}</DataText> },
                    {
                      term: "Fingerprint",
                      value: (
                        <span className="flex items-start gap-1">
                          <span className="min-w-0 flex-1">
                            <DataText mono>{certificate.fingerprint}</DataText>
                          </span>
                          <CopyButton value={certificate.fingerprint} label="Copy fingerprint" />
                        </span>
                      ),
                    },
                  ]),
            ]}
          />
        </Section>
        <ReceivedObjects objects={connection.objects} />
      </div>
    </>
  );
}
