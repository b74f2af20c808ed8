import "../styles/base.css";
import { createConsoleRouter } from "../shell/console-router.tsx";
import { start } from "../shell/start.tsx";
import { HubStatus } from "./HubStatus.tsx";
import { hubNavigation } from "./navigation.ts";
import { hubAliases, hubPages } from "./pages.ts";
import { hubValueActions } from "./value-actions.ts";

start(
  {
    name: "Breakwater Hub",
    short: "Hub",
    navigation: hubNavigation,
    valueActions: hubValueActions,
    status: <HubStatus />,
  },
  createConsoleRouter(hubPages, hubAliases),
);
