import { usePageTitle } from "../../query/use-page-title.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { Page } from "../../shell/Page.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { HeldList } from "./HeldList.tsx";
import { SafeguardsView } from "./SafeguardsView.tsx";

const DEFAULTS = { tab: "held", q: "", source: "" };
const TABS = ["held", "safeguards"] as const;

/** What is stored and does not count, and the safeguards that decide it. */
export default function HeldPage() {
  usePageTitle("Held entries");
  const [view, setView] = useUrlState(DEFAULTS);
  return (
    <Page layout="fill">
      <PageHeader title="Held entries">
        Safeguards hold back what would break your own network or a site that everybody needs.
      </PageHeader>
      <Tabs
        label="Held entries and safeguards"
        selected={oneOf(view.tab, TABS) ?? "held"}
        onSelect={(tab) => setView({ tab })}
        items={[
          { id: "held", label: "Held", content: <HeldList view={view} onView={setView} /> },
          { id: "safeguards", label: "Safeguards", content: <SafeguardsView /> },
        ]}
      />
    </Page>
  );
}
