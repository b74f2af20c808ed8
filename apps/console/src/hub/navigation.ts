import Activity from "lucide-react/icons/activity";
import KeyRound from "lucide-react/icons/key-round";
import LayoutDashboard from "lucide-react/icons/layout-dashboard";
import Network from "lucide-react/icons/network";
import ScrollText from "lucide-react/icons/scroll-text";
import Send from "lucide-react/icons/send";
import ShieldAlert from "lucide-react/icons/shield-alert";
import Users from "lucide-react/icons/users";
import type { AppRoute } from "../shell/navigation.ts";

export const hubNavigation: readonly AppRoute[] = [
  {
    path: "/",
    label: "Overview",
    icon: LayoutDashboard,
    key: "o",
    requires: "overview:read",
    group: "main",
  },
  {
    path: "/products",
    label: "Product Instance",
    icon: Network,
    key: "p",
    requires: "products:read",
    group: "main",
  },
  {
    path: "/suspicious-objects",
    label: "Suspicious objects",
    icon: ShieldAlert,
    key: "s",
    requires: "objects:read",
    group: "main",
  },
  {
    path: "/object-distribution",
    label: "Object distribution",
    icon: Send,
    key: "d",
    requires: "products:read",
    group: "main",
  },
  {
    path: "/events",
    label: "Events",
    icon: Activity,
    key: "e",
    requires: "detections:read",
    group: "main",
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
    path: "/users",
    label: "Users and sessions",
    icon: Users,
    key: "u",
    requires: "users:read",
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
