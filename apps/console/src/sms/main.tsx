import "../styles/base.css";
import { createConsoleRouter } from "../shell/console-router.tsx";
import { start } from "../shell/start.tsx";
import { smsNavigation } from "./navigation.ts";
import { smsAliases, smsPages } from "./pages.ts";
import { SmsStatus } from "./SmsStatus.tsx";
import { smsValueActions } from "./value-actions.ts";

start(
  {
    name: "Breakwater SMS",
    short: "SMS",
    navigation: smsNavigation,
    valueActions: smsValueActions,
    status: <SmsStatus />,
  },
  createConsoleRouter(smsPages, smsAliases),
);
