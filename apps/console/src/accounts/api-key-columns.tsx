import type { ApiKey } from "@breakwater/protocol";
import type { Column } from "../ui/DataTable.tsx";
import { DataText } from "../ui/DataText.tsx";
import { State } from "../ui/State.tsx";
import { TimeAgo } from "../ui/Time.tsx";

export const apiKeyColumns: readonly Column<ApiKey>[] = [
  {
    id: "name",
    header: "Name",
    sortBy: (key) => key.name,
    cell: (key) => <DataText truncate>{key.name}</DataText>,
  },
  {
    id: "role",
    header: "Role",
    width: 140,
    sortBy: (key) => key.role,
    cell: (key) => <DataText truncate>{key.role}</DataText>,
  },
  {
    id: "state",
    header: "State",
    width: 120,
    sortBy: (key) => stateOf(key),
    cell: (key) => <State tone={stateOf(key) === "Enabled" ? "ok" : "off"}>{stateOf(key)}</State>,
  },
  {
    id: "description",
    header: "Description",
    from: "xl",
    sortBy: (key) => key.description,
    cell: (key) => <DataText truncate>{key.description}</DataText>,
  },
  {
    id: "lastUsed",
    header: "Last used",
    width: 130,
    sortBy: (key) => key.lastUsed ?? "",
    cell: (key) => <TimeAgo time={key.lastUsed} />,
  },
  {
    id: "expires",
    header: "Expires",
    width: 130,
    from: "md",
    sortBy: (key) => key.expires ?? "9999",
    cell: (key) => <TimeAgo time={key.expires} />,
  },
  {
    id: "created",
    header: "Created",
    width: 130,
    from: "lg",
    sortBy: (key) => key.created,
    cell: (key) => <TimeAgo time={key.created} />,
  },
];

function stateOf(key: ApiKey): "Enabled" | "Disabled" | "Expired" {
  if (key.expires !== null && Date.parse(key.expires) < Date.now()) return "Expired";
  return key.enabled ? "Enabled" : "Disabled";
}
