import type { StoredEvent } from "@breakwater/protocol";
import Eye from "lucide-react/icons/eye";
import Handshake from "lucide-react/icons/handshake";
import OctagonX from "lucide-react/icons/octagon-x";
import ShieldCheck from "lucide-react/icons/shield-check";
import ShieldOff from "lucide-react/icons/shield-off";
import type { ReactNode } from "react";

type VerdictName = StoredEvent["verdict"];

export const VERDICT_LABELS: Readonly<Record<VerdictName, string>> = {
  blocked: "Blocked",
  reset: "Reset",
  logged: "Logged",
  trusted: "Trusted",
  quarantined: "Quarantined",
};
const ICONS: Readonly<Record<VerdictName, ReactNode>> = {
  blocked: <ShieldCheck size={14} aria-hidden className="flex-none fill-text stroke-ground" />,
  reset: <OctagonX size={14} aria-hidden className="flex-none fill-text stroke-ground" />,
  logged: <Eye size={14} aria-hidden className="flex-none text-muted" />,
  trusted: <Handshake size={14} aria-hidden className="flex-none text-muted" />,
  quarantined: <ShieldOff size={14} aria-hidden className="flex-none" />,
};

/** What was done about a detection: its own icon and word, apart from severity. */
export function Verdict({ verdict }: { verdict: VerdictName }) {
  return (
    <span className="inline-flex items-center gap-1.5 align-middle whitespace-nowrap">
      {ICONS[verdict]}
      {VERDICT_LABELS[verdict]}
    </span>
  );
}
