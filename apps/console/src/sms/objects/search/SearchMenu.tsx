import Download from "lucide-react/icons/download";
import Ellipsis from "lucide-react/icons/ellipsis";
import Link2 from "lucide-react/icons/link-2";
import SquareTerminal from "lucide-react/icons/square-terminal";
import { IconButton } from "../../../ui/Button.tsx";
import { copyText } from "../../../ui/copy-text.ts";
import { Menu } from "../../../ui/Menu.tsx";
import { useToast } from "../../../ui/Toasts.tsx";
import { apiCall, cliCall, csvAddress } from "./query-commands.ts";

/** What else can be done with a search: take it to a script, or its result to a file. */
export function SearchMenu({ q, isValid }: { q: string; isValid: boolean }) {
  const toast = useToast();
  const copy = async (text: string, what: string) =>
    toast((await copyText(text)) ? `${what} copied` : "The browser refused to copy");
  const disabledReason = !isValid && "Correct the search first";
  return (
    <Menu
      label="More for this search"
      trigger={
        <IconButton
          variant="secondary"
          label="More for this search"
          icon={<Ellipsis size={16} aria-hidden />}
        />
      }
      actions={[
        {
          id: "csv",
          label: "Export as CSV",
          icon: <Download size={14} aria-hidden />,
          onAction: () => location.assign(csvAddress(q)),
          disabledReason,
        },
        {
          id: "api",
          label: "Copy as API call",
          icon: <Link2 size={14} aria-hidden />,
          onAction: () => void copy(apiCall(q, location.origin), "API call"),
          disabledReason,
        },
        {
          id: "cli",
          label: "Copy as CLI command",
          icon: <SquareTerminal size={14} aria-hidden />,
          onAction: () => void copy(cliCall(q), "CLI command"),
          disabledReason,
        },
      ]}
    />
  );
}
