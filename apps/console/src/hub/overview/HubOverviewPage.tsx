import type { HubOverview } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { formatExact } from "../../lib/format-number.ts";
import { OBJECT_TYPE_LABELS } from "../../lib/hub-labels.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { AttentionList } from "../../shell/AttentionList.tsx";
import { Page } from "../../shell/Page.tsx";
import { RecentChanges } from "../../shell/RecentChanges.tsx";
import { HourlyChart } from "../../ui/HourlyChart.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Section } from "../../ui/Section.tsx";
import { Tile } from "../../ui/Tile.tsx";
import { hubQueries } from "../client.ts";
import { TypeLimits } from "./TypeLimits.tsx";

/** Objects, connected managers and detections at a glance. */
export default function HubOverviewPage() {
  usePageTitle("Overview");
  const query = useQuery({ ...hubQueries.one("GET /hub/v1/overview"), refetchInterval: 5_000 });
  return (
    <Page>
      <PageHeader title="Overview">
        {query.data === undefined ? undefined : verdictOf(query.data)}
      </PageHeader>
      <QueryView query={query} what="the overview">
        {(overview) => (
          <>
            <Tiles overview={overview} />
            <div className="grid gap-x-8 gap-y-5 xl:grid-cols-[minmax(0,2fr)_minmax(20rem,1fr)]">
              <div className="flex min-w-0 flex-col gap-5">
                <Section title="Detections per hour">
                  <HourlyChart
                    hours={overview.hourly.map((hour) => hour.hour)}
                    series={[
                      {
                        name: "Detections",
                        color: "blocked",
                        values: overview.hourly.map((hour) => hour.count),
                      },
                    ]}
                  />
                </Section>
                <Section title="Suspicious objects by type">
                  <TypeLimits
                    counts={overview.objects.byType}
                    limit={overview.objects.limitPerType}
                    labels={OBJECT_TYPE_LABELS}
                  />
                </Section>
              </div>
              <div className="flex min-w-0 flex-col gap-5">
                <Section title="Needs attention">
                  <AttentionList items={overview.attention} />
                </Section>
                <RecentChanges />
              </div>
            </div>
          </>
        )}
      </QueryView>
    </Page>
  );
}

function Tiles({ overview: { objects, products, detections24h } }: { overview: HubOverview }) {
  return (
    <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-hairline bg-hairline lg:grid-cols-4">
      <Tile
        label="Suspicious objects"
        value={objects.total}
        note="on the list"
        href="/suspicious-objects"
      />
      <Tile
        label="Managers connected"
        value={`${formatExact(products.connected)} of ${formatExact(products.total)}`}
        note={
          products.total === 0
            ? "create an enrollment token"
            : products.connected === products.total
              ? "all connected"
              : "some are not connected"
        }
        tone={
          products.total === 0 ? "none" : products.connected === products.total ? "ok" : "warning"
        }
        href="/products"
      />
      <Tile
        label="Managers in sync"
        value={`${formatExact(products.inSync)} of ${formatExact(products.total)}`}
        note={
          products.total === 0
            ? "no manager yet"
            : products.inSync === products.total
              ? "have the whole list"
              : "others are catching up"
        }
        tone={products.total === 0 ? "none" : products.inSync === products.total ? "ok" : "warning"}
        href="/products"
      />
      <Tile
        label="Detections in 24 hours"
        value={detections24h}
        note="from all managers"
        href="/events?range=24h"
      />
    </ul>
  );
}

/** The state of the whole in one sentence. */
function verdictOf({ products, objects }: HubOverview): string {
  if (products.total === 0)
    return "No manager is connected yet, so nothing on the list is enforced.";
  const list = `${formatExact(objects.total)} objects are on the list`;
  if (products.inSync === products.total)
    return `${list}, and every connected manager has them all.`;
  return `${list}. ${products.inSync} of ${products.total} managers have them all.`;
}
