import type { Profile } from "@breakwater/protocol";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import CloudUpload from "lucide-react/icons/cloud-upload";
import { useDenied } from "../../accounts/session.tsx";
import { plural } from "../../lib/format-number.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { oneOf, useUrlState } from "../../query/use-url-state.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/Callout.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { TimeAgo } from "../../ui/Time.tsx";
import { smsQueries } from "../client.ts";
import { CustomRules } from "./CustomRules.tsx";
import { DistributeDialog } from "./DistributeDialog.tsx";
import { DistributionHistory } from "./DistributionHistory.tsx";
import { FilterTable } from "./FilterTable.tsx";

const DEFAULTS = { tab: "filters", distribute: "", distribution: "" };
const TABS = ["filters", "rules", "distributions"] as const;

/** One inspection profile: its filters and rules, and whether the devices have them. */
export default function ProfilePage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/profiles/{id}", { params: { id: id as never } }),
    refetchInterval: 5_000,
  });
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("distribution:run");
  const profile = query.data;
  const name = profile === undefined ? "Profile" : `${profile.name} profile`;
  usePageTitle(name);
  const distribute = () => setView({ distribute: "1" });
  useActions([
    {
      id: "distribute",
      group: "Profile",
      label: "Distribute the profile",
      keys: "D",
      run: distribute,
      disabledReason: denied,
    },
  ]);
  return (
    <Page>
      <PageHeader
        title={name}
        actions={
          profile !== undefined && (
            <Button
              variant={profile.changed ? "primary" : "secondary"}
              icon={<CloudUpload size={16} aria-hidden />}
              onPress={distribute}
              disabledReason={
                denied ?? (profile.devices === 0 && "No device uses this profile yet")
              }
            >
              {`Distribute to ${plural(profile.devices, "device")}`}
            </Button>
          )
        }
      >
        {profile !== undefined && <VersionLine profile={profile} />}
      </PageHeader>
      {profile?.changed === true && (
        <Callout tone="warning" title="Saved changes are not in force">
          {profile.lastDistributed === null
            ? "This profile was never distributed. Devices enforce nothing of it yet."
            : "Devices keep enforcing the version that was distributed last until you distribute again."}
        </Callout>
      )}
      <QueryView query={query} what="profile">
        {(data) => (
          <Tabs
            label="Parts of the profile"
            selected={oneOf(view.tab, TABS) ?? "filters"}
            onSelect={(tab) => setView({ tab })}
            items={[
              {
                id: "filters",
                label: `Reputation filters (${data.filters.length})`,
                content: <FilterTable profile={data} />,
              },
              { id: "rules", label: "Own rules", content: <CustomRules profile={data} /> },
              {
                id: "distributions",
                label: "Distributions",
                content: (
                  <DistributionHistory onOpen={(distribution) => setView({ distribution })} />
                ),
              },
            ]}
          />
        )}
      </QueryView>
      {profile !== undefined && (view.distribute !== "" || view.distribution !== "") && (
        <DistributeDialog
          profile={profile}
          running={view.distribution}
          onStarted={(distribution) => setView({ distribute: "", distribution }, { replace: true })}
          onClose={() => setView({ distribute: "", distribution: "" }, { replace: true })}
        />
      )}
    </Page>
  );
}

function VersionLine({ profile }: { profile: Profile }) {
  return (
    <>
      Version {profile.version}
      {profile.distributedVersion !== null && (
        <>
          , version {profile.distributedVersion} distributed{" "}
          <TimeAgo time={profile.lastDistributed} />
        </>
      )}
      {`, used by ${plural(profile.devices, "device")}.`}
    </>
  );
}
