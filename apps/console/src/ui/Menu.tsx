import type { ReactElement, ReactNode } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { cx } from "../lib/class-names.ts";
import { menuItemClass, popoverClass } from "./overlay-class.ts";

export type MenuAction = {
  id: string;
  label: string;
  icon?: ReactNode;
  onAction: () => void;
  danger?: boolean;
  /** Why it is not possible now; shown below the label. */
  disabledReason?: string | false | undefined;
};

/** A menu of actions behind `trigger`. */
export function Menu({
  label,
  trigger,
  actions,
}: {
  label: string;
  trigger: ReactElement;
  actions: readonly MenuAction[];
}) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={cx(popoverClass, "min-w-44")} placement="bottom end">
        <AriaMenu
          aria-label={label}
          className="p-1 outline-none"
          disabledKeys={actions
            .filter((action) => action.disabledReason)
            .map((action) => action.id)}
          onAction={(key) => actions.find((action) => action.id === key)?.onAction()}
        >
          {actions.map((action) => (
            <MenuItem
              key={action.id}
              id={action.id}
              textValue={action.label}
              className={cx(menuItemClass, action.danger && "text-error")}
            >
              {action.icon}
              <span className="flex flex-col">
                {action.label}
                {action.disabledReason && <span className="text-xs">{action.disabledReason}</span>}
              </span>
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
