import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Dialog } from "react-aria-components/Dialog";
import { Input } from "react-aria-components/Input";
import { Header, Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { SearchField } from "react-aria-components/SearchField";
import { recogniseValue } from "../lib/recognise-value.ts";
import { Kbd } from "../ui/Kbd.tsx";
import { menuItemClass } from "../ui/overlay-class.ts";
import { type Action, useActionList } from "../ui/shortcuts.tsx";
import { useProduct } from "./product.tsx";

/** Go to a page, run an action of the page below, or do something with a pasted value. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const product = useProduct();
  const navigate = useNavigate();
  const list = useActionList();
  const [registered] = useState(() => list().filter((action) => action.keysOnly !== true));
  const [text, setText] = useState("");
  const go = (href: string) => void navigate({ href });
  const actions = matching(text, registered, product.valueActions(text.trim(), go));
  const groups = [...new Set(actions.map((action) => action.group))];
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => open || onClose()}
      className="scrim-in fixed inset-0 z-40 flex items-start justify-center bg-scrim p-4 pt-[12vh]"
    >
      <Modal className="overlay-in w-full max-w-xl overflow-hidden rounded-lg border border-hairline bg-ground shadow-overlay">
        <Dialog aria-label="Search or run an action" className="outline-none">
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField aria-label="Search or run an action" autoFocus>
              <Input
                placeholder="Search, or paste an address, domain, URL or hash"
                className="h-11 w-full border-b border-hairline bg-ground px-4 text-lg outline-none placeholder:text-muted"
              />
            </SearchField>
            <Menu
              aria-label="Results"
              className="max-h-[56vh] overflow-y-auto p-1.5 outline-none"
              renderEmptyState={() => (
                <p className="px-3 py-6 text-center text-muted">
                  Nothing found. Try a page name, or paste a whole value.
                </p>
              )}
              onAction={(key) => {
                onClose();
                actions.find((action) => action.id === key)?.run();
              }}
            >
              {groups.map((group) => (
                <MenuSection key={group}>
                  <Header className="px-2 pt-2 pb-1 text-xs text-muted">{group}</Header>
                  {actions
                    .filter((action) => action.group === group)
                    .map((action) => (
                      <MenuItem
                        key={action.id}
                        id={action.id}
                        textValue={action.label}
                        isDisabled={Boolean(action.disabledReason)}
                        className={menuItemClass}
                      >
                        <span className="min-w-0 flex-1 truncate">{action.label}</span>
                        {action.disabledReason && (
                          <span className="text-xs">{action.disabledReason}</span>
                        )}
                        {action.keys !== undefined && <Kbd keys={action.keys} />}
                      </MenuItem>
                    ))}
                </MenuSection>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Value actions first when the text is a value; otherwise pages and actions that have every word. */
function matching(
  text: string,
  registered: readonly Action[],
  valueActions: readonly Action[],
): Action[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = registered.filter((action) =>
    words.every((word) => `${action.group} ${action.label}`.toLowerCase().includes(word)),
  );
  if (words.length === 0) return found;
  return recogniseValue(text) === undefined
    ? [...found, ...valueActions]
    : [...valueActions, ...found];
}
