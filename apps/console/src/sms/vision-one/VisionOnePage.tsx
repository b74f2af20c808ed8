import { useQuery } from "@tanstack/react-query";
import Activity from "lucide-react/icons/activity";
import Settings from "lucide-react/icons/settings";
import Unplug from "lucide-react/icons/unplug";
import { useDenied } from "../../accounts/session.tsx";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { smsQueries } from "../client.ts";
import { ConfigureDialog } from "./ConfigureDialog.tsx";
import { ConnectionView } from "./ConnectionView.tsx";
import { DisconnectDialog } from "./DisconnectDialog.tsx";
import { TestDialog } from "./TestDialog.tsx";

const DEFAULTS = { dialog: "" };

/** Status of the connection to the threat platform; every option is listed, also before it is configured. */
export default function VisionOnePage() {
  usePageTitle("Connect to Trend Vision One");
  const [view, setView] = useUrlState(DEFAULTS);
  const denied = useDenied("connection:write");
  const query = useQuery({ ...smsQueries.one("GET /api/v1/vision-one"), refetchInterval: 2_000 });
  const connection = query.data;
  const open = (dialog: string) => setView({ dialog });
  const close = () => setView({ dialog: "" }, { replace: true });
  const idle = connection !== undefined && !connection.onboarded && "Not connected";
  useActions([
    {
      id: "configure-connection",
      group: "Trend Vision One",
      label: "Configure the connection",
      keys: "c",
      run: () => open("configure"),
      disabledReason: denied,
    },
    {
      id: "test-connection",
      group: "Trend Vision One",
      label: "Test connectivity",
      keys: "t",
      run: () => open("test"),
      disabledReason: denied,
    },
  ]);
  return (
    <Page>
      <PageHeader
        title="Connect to Trend Vision One"
        actions={
          <>
            <Button
              icon={<Activity size={16} aria-hidden />}
              onPress={() => open("test")}
              disabledReason={denied}
            >
              Test connectivity
            </Button>
            <Button
              icon={<Unplug size={16} aria-hidden />}
              onPress={() => open("disconnect")}
              disabledReason={denied ?? idle}
            >
              Disconnect
            </Button>
            <Button
              variant="primary"
              icon={<Settings size={16} aria-hidden />}
              onPress={() => open("configure")}
              disabledReason={denied}
            >
              Configure
            </Button>
          </>
        }
      >
        Receives suspicious objects from the threat platform, and shares events and status with it.
      </PageHeader>
      <QueryView query={query} what="the connection">
        {(data) => <ConnectionView connection={data} />}
      </QueryView>
      {view.dialog === "configure" && connection !== undefined && (
        <ConfigureDialog connection={connection} onClose={close} />
      )}
      {view.dialog === "test" && <TestDialog onClose={close} />}
      {view.dialog === "disconnect" && <DisconnectDialog onClose={close} />}
    </Page>
  );
}
