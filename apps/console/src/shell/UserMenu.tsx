import { useMutation, useQueryClient } from "@tanstack/react-query";
import Check from "lucide-react/icons/check";
import CircleUser from "lucide-react/icons/circle-user";
import { lazy, Suspense, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import {
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Separator,
} from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { accounts } from "../accounts/client.ts";
import { useSession } from "../accounts/session.tsx";
import { cx } from "../lib/class-names.ts";
import { SESSION_KEY } from "../query/create-query-client.ts";
import { buttonClass } from "../ui/button-class.ts";
import { menuItemClass, popoverClass } from "../ui/overlay-class.ts";
import { chooseTheme, storedTheme, THEMES, type Theme } from "./theme.ts";

const ChangePassword = lazy(() => import("../accounts/ChangePasswordDialog.tsx"));
const THEME_LABELS = { system: "Like the system", light: "Light", dark: "Dark" } as const;

/** Who is logged in; theme, password, and the way out. */
export default function UserMenu() {
  const { user } = useSession();
  const queries = useQueryClient();
  const [theme, setTheme] = useState(storedTheme);
  const [changing, setChanging] = useState(false);
  const logout = useMutation({
    mutationFn: () => accounts("DELETE /auth/v1/session"),
    onSettled: () => {
      queries.clear();
      queries.setQueryData(SESSION_KEY, null);
    },
  });
  const choose = (next: Theme) => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <>
      <MenuTrigger>
        <AriaButton aria-label={`User ${user.name}`} className={buttonClass({ variant: "quiet" })}>
          <CircleUser size={16} aria-hidden />
          <span className="max-w-28 truncate max-lg:sr-only">{user.name}</span>
        </AriaButton>
        <Popover placement="bottom end" className={cx(popoverClass, "min-w-52")}>
          <Menu aria-label="User" className="p-1 outline-none">
            <MenuSection
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[theme]}
              onSelectionChange={(keys) => {
                const chosen = THEMES.find((candidate) => keys !== "all" && keys.has(candidate));
                if (chosen !== undefined) choose(chosen);
              }}
            >
              <Header className="px-2 pt-1.5 pb-1 text-xs text-muted">Theme</Header>
              {THEMES.map((name) => (
                <MenuItem key={name} id={name} className={menuItemClass}>
                  {({ isSelected }) => (
                    <>
                      <Check size={14} aria-hidden className={isSelected ? "" : "invisible"} />
                      {THEME_LABELS[name]}
                    </>
                  )}
                </MenuItem>
              ))}
            </MenuSection>
            <Separator className="my-1 h-px bg-hairline" />
            <MenuItem id="password" className={menuItemClass} onAction={() => setChanging(true)}>
              Change password
            </MenuItem>
            <MenuItem id="logout" className={menuItemClass} onAction={() => logout.mutate()}>
              Log out
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <Suspense>{changing && <ChangePassword onClose={() => setChanging(false)} />}</Suspense>
    </>
  );
}
