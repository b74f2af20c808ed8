import type { Overview } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { AttentionList } from "../../shell/AttentionList.tsx";
import { Page } from "../../shell/Page.tsx";
import { RecentChanges } from "../../shell/RecentChanges.tsx";
import { HourlyChart } from "../../ui/HourlyChart.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Section } from "../../ui/Section.tsx";
import { smsQueries } from "../client.ts";
import { LatestDetections } from "./LatestDetections.tsx";
import { OverviewTiles } from "./OverviewTiles.tsx";
import { SetupChecklist } from "./SetupChecklist.tsx";

/** Am I protected, is anything broken, what needs attention. */
export default function OverviewPage() {
  usePageTitle("Overview");
  const query = useQuery({ ...smsQueries.one("GET /api/v1/overview"), refetchInterval: 5_000 });
  return (
    <Page>
      <PageHeader title="Overview">
        {query.data === undefined ? undefined : verdictOf(query.data)}
      </PageHeader>
      <QueryView query={query} what="the overview">
        {(overview) => <OverviewContent overview={overview} />}
      </QueryView>
    </Page>
  );
}

function OverviewContent({ overview }: { overview: Overview }) {
  const open = overview.setup.filter((step) => !step.done);
  return (
    <>
      <OverviewTiles overview={overview} />
      <div className="grid gap-x-8 gap-y-5 xl:grid-cols-[minmax(0,2fr)_minmax(20rem,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          {open.length > 0 && <SetupChecklist steps={overview.setup} />}
          <Section title="Detections per hour">
            <HourlyChart
              hours={overview.events.hourly.map((hour) => hour.hour)}
              series={[
                {
                  name: "Blocked",
                  color: "blocked",
                  values: overview.events.hourly.map((hour) => hour.blocked),
                },
                {
                  name: "Logged",
                  color: "logged",
                  values: overview.events.hourly.map((hour) => hour.logged),
                },
              ]}
            />
          </Section>
          <LatestDetections />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Section title="Needs attention">
            <AttentionList items={overview.attention} />
          </Section>
          <RecentChanges />
        </div>
      </div>
    </>
  );
}

/** The state of the whole in one sentence. */
function verdictOf({ devices, objects, pendingChanges }: Overview): string {
  if (devices.total === 0) return "No device is enrolled yet, so nothing is enforced.";
  const fleet = `${devices.healthy} of ${devices.total} devices are healthy`;
  if (pendingChanges.length > 0) return `${fleet}. Saved changes wait for distribution.`;
  if (objects.inForceEverywhere)
    return `${fleet}, and every selected object is in force on all of them.`;
  return `${fleet}. Some objects are not in force everywhere yet.`;
}
