import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import ArrowLeft from "lucide-react/icons/arrow-left";
import Pencil from "lucide-react/icons/pencil";
import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import { useDenied } from "../../accounts/session.tsx";
import { QueryView } from "../../query/QueryView.tsx";
import { usePageTitle } from "../../query/use-page-title.ts";
import { Page } from "../../shell/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { smsQueries } from "../client.ts";
import { DeviceReportView } from "./DeviceReportView.tsx";
import { RemoveDeviceDialog } from "./RemoveDeviceDialog.tsx";
import { RenameDeviceDialog } from "./RenameDeviceDialog.tsx";

/** One device: health, what it should have and has, and its last report. */
export default function DevicePage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const query = useQuery({
    ...smsQueries.one("GET /api/v1/devices/{id}", { params: { id: id as never } }),
    refetchInterval: 3_000,
  });
  const denied = useDenied("devices:write");
  const [dialog, setDialog] = useState<"rename" | "remove">();
  const device = query.data?.device;
  usePageTitle(device?.name ?? "Device");
  return (
    <Page>
      <Link
        to="/devices"
        className="-mb-3 inline-flex items-center gap-1 self-start rounded-sm text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden /> Devices
      </Link>
      <PageHeader
        title={device?.name ?? "Device"}
        actions={
          device !== undefined && (
            <>
              <Link
                to="/events"
                search={{ device: device.id } as never}
                className="px-2 text-accent underline-offset-2 hover:underline"
              >
                Events of this device
              </Link>
              <Button
                icon={<Pencil size={14} aria-hidden />}
                onPress={() => setDialog("rename")}
                disabledReason={denied}
              >
                Rename
              </Button>
              <Button
                icon={<Trash2 size={14} aria-hidden />}
                onPress={() => setDialog("remove")}
                disabledReason={denied}
              >
                Remove
              </Button>
            </>
          )
        }
      />
      <QueryView query={query} what="device">
        {(data) => <DeviceReportView {...data} />}
      </QueryView>
      {dialog === "rename" && device !== undefined && (
        <RenameDeviceDialog device={device} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "remove" && device !== undefined && (
        <RemoveDeviceDialog device={device} onClose={() => setDialog(undefined)} />
      )}
    </Page>
  );
}
