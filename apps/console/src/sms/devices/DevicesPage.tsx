import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import Plus from "lucide-react/icons/plus";
import { useCallback } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { keysOf } from "../../lib/entry-labels.ts";
import { plural } from "../../lib/format-number.ts";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { useUrlState } from "../../query/use-url-state.ts";
import { FullBleed, Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { ListToolbar } from "../../ui/ListToolbar.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SearchBox } from "../../ui/SearchBox.tsx";
import { Select } from "../../ui/Select.tsx";
import { useActions } from "../../ui/shortcuts.tsx";
import { NoMatch, NothingYet } from "../../ui/states.tsx";
import { smsQueries } from "../client.ts";
import { deviceColumns } from "./device-columns.tsx";
import { DEVICE_HEALTH } from "./device-health.ts";
import { EnrollDeviceDialog } from "./EnrollDeviceDialog.tsx";
import { PendingTokens } from "./PendingTokens.tsx";

const DEFAULTS = { q: "", health: "", sort: "health", enroll: "" };
const HEALTHS = [
  { value: "", label: "Any" },
  ...keysOf(DEVICE_HEALTH).map((value) => ({ value, label: DEVICE_HEALTH[value].label })),
];

/** The fleet: health, and whether each device has what it should have. */
export default function DevicesPage() {
  usePageTitle("Devices");
  const [view, setView] = useUrlState(DEFAULTS);
  const navigate = useNavigate();
  const denied = useDenied("devices:write");
  const query = useQuery({ ...smsQueries.one("GET /api/v1/devices"), refetchInterval: 3_000 });
  const enroll = () => setView({ enroll: "1" });
  const search = useCallback((q: string) => setView({ q }, { replace: true }), [setView]);
  useActions([
    {
      id: "enroll-device",
      group: "Devices",
      label: "Enroll a device",
      keys: "a",
      run: enroll,
      disabledReason: denied,
    },
  ]);
  const words = view.q.toLowerCase();
  return (
    <Page layout="fill">
      <PageHeader
        title="Devices"
        actions={
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={enroll}
            disabledReason={denied}
          >
            Enroll device
          </Button>
        }
      >
        Inline Suricata devices that this SMS manages.
      </PageHeader>
      <PendingTokens />
      <QueryView query={query} what="devices">
        {({ items }) => {
          const rows = items.filter(
            (device) =>
              (view.health === "" || device.health === view.health) &&
              `${device.name} ${device.address} ${device.profile.name}`
                .toLowerCase()
                .includes(words),
          );
          if (items.length === 0) {
            return (
              <NothingYet
                title="No devices yet"
                action={
                  <Button variant="primary" onPress={enroll} disabledReason={denied}>
                    Enroll device
                  </Button>
                }
              >
                Create a token, run one command on the device, and it appears here.
              </NothingYet>
            );
          }
          return (
            <FullBleed>
              <ListToolbar count={plural(rows.length, "device")}>
                <SearchBox
                  label="Filter devices"
                  placeholder="Name, address or profile"
                  value={view.q}
                  onChange={search}
                />
                <Select
                  label="Health"
                  layout="inline"
                  options={HEALTHS}
                  value={view.health}
                  active={view.health !== ""}
                  onChange={(health) => setView({ health })}
                />
              </ListToolbar>
              {rows.length === 0 ? (
                <NoMatch what="devices" onReset={() => setView({ q: "", health: "" })} />
              ) : (
                <DataTable
                  label="Devices"
                  columns={deviceColumns}
                  rows={rows}
                  rowId={(row) => row.id}
                  rowName={(row) => row.name}
                  href={(row) => `/devices/${row.id}`}
                  onOpen={(row) =>
                    void navigate({ to: "/devices/$id", params: { id: row.id } as never })
                  }
                  sort={view.sort}
                  onSort={(sort) => setView({ sort })}
                />
              )}
            </FullBleed>
          );
        }}
      </QueryView>
      {view.enroll !== "" && (
        <EnrollDeviceDialog onClose={() => setView({ enroll: "" }, { replace: true })} />
      )}
    </Page>
  );
}
