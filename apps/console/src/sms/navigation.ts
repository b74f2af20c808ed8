import Activity from "lucide-react/icons/activity";
import Cable from "lucide-react/icons/cable";
import FileUp from "lucide-react/icons/file-up";
import Hand from "lucide-react/icons/hand";
import HardDrive from "lucide-react/icons/hard-drive";
import KeyRound from "lucide-react/icons/key-round";
import LayoutDashboard from "lucide-react/icons/layout-dashboard";
import ListChecks from "lucide-react/icons/list-checks";
import ScrollText from "lucide-react/icons/scroll-text";
import ShieldAlert from "lucide-react/icons/shield-alert";
import ShieldOff from "lucide-react/icons/shield-off";
import SlidersHorizontal from "lucide-react/icons/sliders-horizontal";
import TagsIcon from "lucide-react/icons/tags";
import Users from "lucide-react/icons/users";
import type { AppRoute } from "../shell/navigation.ts";

export const smsNavigation: readonly AppRoute[] = [
  {
    path: "/",
    label: "Overview",
    icon: LayoutDashboard,
    key: "o",
    requires: "overview:read",
    group: "main",
  },
  {
    path: "/events",
    label: "Events",
    icon: Activity,
    key: "e",
    requires: "events:read",
    group: "main",
  },
  {
    path: "/profiles",
    label: "Profiles",
    icon: SlidersHorizontal,
    key: "p",
    requires: "profiles:read",
    group: "main",
  },
  {
    path: "/devices",
    label: "Devices",
    icon: HardDrive,
    key: "d",
    requires: "devices:read",
    group: "main",
  },
  {
    path: "/suspicious-objects",
    label: "Suspicious objects",
    icon: ShieldAlert,
    key: "s",
    requires: "reputation:read",
    group: "reputation",
  },
  {
    path: "/exceptions",
    label: "Exceptions",
    icon: ShieldOff,
    key: "x",
    requires: "exceptions:read",
    group: "reputation",
  },
  {
    path: "/held",
    label: "Held entries",
    icon: Hand,
    key: "h",
    requires: "safeguards:read",
    group: "reputation",
  },
  {
    path: "/import",
    label: "Import",
    icon: FileUp,
    key: "i",
    requires: "reputation:write",
    group: "reputation",
  },
  {
    path: "/tag-categories",
    label: "Tag categories",
    icon: TagsIcon,
    key: "t",
    requires: "reputation:read",
    group: "reputation",
  },
  {
    path: "/jobs",
    label: "Jobs",
    icon: ListChecks,
    key: "j",
    requires: "jobs:read",
    group: "administration",
  },
  {
    path: "/vision-one",
    label: "Trend Vision One",
    icon: Cable,
    key: "v",
    requires: "connection:read",
    group: "administration",
  },
  {
    path: "/users",
    label: "Users and sessions",
    icon: Users,
    key: "u",
    requires: "users:read",
    group: "administration",
  },
  {
    path: "/api-keys",
    label: "API keys",
    icon: KeyRound,
    key: "k",
    requires: "api-keys:read",
    group: "administration",
  },
  {
    path: "/audit",
    label: "Audit log",
    icon: ScrollText,
    key: "l",
    requires: "audit:read",
    group: "administration",
  },
];
