import X from "lucide-react/icons/x";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { cx } from "../lib/class-names.ts";
import { IconButton } from "./Button.tsx";
import { ScrollArea } from "./ScrollArea.tsx";

export type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, primary last. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg" | "xl";
  role?: "dialog" | "alertdialog";
  /** Only Escape and the buttons close it, so that a stray click does not lose what was typed. */
  keepOnClickOutside?: boolean;
};

const WIDTHS = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl", xl: "max-w-5xl" } as const;

/** A modal dialog; focus returns to what opened it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  footer,
  size = "md",
  role = "dialog",
  keepOnClickOutside,
}: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable={!keepOnClickOutside}
      className="scrim-in fixed inset-0 z-40 flex items-start justify-center overflow-y-auto bg-scrim p-4 pt-[8vh]"
    >
      <Modal
        className={cx(
          "overlay-in w-full rounded-lg border border-hairline bg-ground shadow-overlay",
          WIDTHS[size],
        )}
      >
        <AriaDialog role={role} className="flex max-h-[84vh] flex-col outline-none">
          <header className="flex items-center gap-3 border-b border-hairline py-2.5 pr-2.5 pl-5">
            <Heading slot="title" className="flex-1 text-lg font-semibold">
              {title}
            </Heading>
            <IconButton label="Close" icon={<X size={16} aria-hidden />} onPress={onClose} />
          </header>
          <ScrollArea className="px-5 py-4">{children}</ScrollArea>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-hairline px-5 py-3">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
