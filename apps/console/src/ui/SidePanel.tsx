import X from "lucide-react/icons/x";
import { type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "./Button.tsx";
import { ScrollArea } from "./ScrollArea.tsx";

export type SidePanelProps = {
  label: string;
  title: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
};

/** Details beside a list. Takes focus when it opens; Escape closes it. */
export function SidePanel({ label, title, actions, onClose, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (
        document.querySelector("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !==
        null
      )
        return;
      onClose();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onClose]);
  return (
    <aside
      ref={panel}
      aria-label={label}
      tabIndex={-1}
      className="absolute inset-y-0 right-0 z-20 flex w-[27rem] max-w-full flex-none flex-col border-l border-hairline bg-ground shadow-overlay outline-none min-[1400px]:static min-[1400px]:w-[30rem] min-[1400px]:shadow-none"
    >
      <header className="flex items-start gap-2 border-b border-hairline py-2.5 pr-2.5 pl-4">
        <h2 className="min-w-0 flex-1 pt-1 text-lg leading-6 font-semibold wrap-anywhere">
          {title}
        </h2>
        {actions}
        <IconButton label="Close panel" icon={<X size={16} aria-hidden />} onPress={onClose} />
      </header>
      <ScrollArea className="px-4 py-4">{children}</ScrollArea>
    </aside>
  );
}
