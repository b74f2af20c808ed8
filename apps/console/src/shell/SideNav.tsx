import { Link } from "@tanstack/react-router";
import type { AppRoute } from "./navigation.ts";
import { useProduct } from "./product.tsx";

const HEADED = [
  { group: "reputation", heading: "Reputation database" },
  { group: "administration", heading: "Administration" },
] as const;

/** Pages of the console; only icons below 1280 px. */
export function SideNav() {
  const { navigation } = useProduct();
  return (
    <nav
      aria-label="Pages"
      className="flex w-13 flex-none flex-col gap-5 overflow-y-auto border-r border-hairline bg-raised px-2 py-3 xl:w-54"
    >
      <NavGroup items={navigation.filter((item) => item.group === "main")} />
      {HEADED.map(({ group, heading }) => {
        const items = navigation.filter((item) => item.group === group);
        if (items.length === 0) return null;
        return (
          <div key={group}>
            <h2 className="sr-only px-2 pb-1 text-xs font-medium text-muted xl:not-sr-only xl:px-2 xl:pb-1">
              {heading}
            </h2>
            <NavGroup items={items} />
          </div>
        );
      })}
    </nav>
  );
}

function NavGroup({ items }: { items: readonly AppRoute[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {items.map((item) => (
        <li key={item.path}>
          <Link
            to={item.path}
            activeOptions={{ exact: item.path === "/", includeSearch: false }}
            activeProps={{ className: "bg-selected font-medium text-text" }}
            inactiveProps={{ className: "text-muted hover:bg-hover hover:text-text" }}
            title={`${item.label} (g ${item.key})`}
            className="flex h-8 items-center gap-2.5 rounded-md px-2.5 max-xl:justify-center max-xl:px-0"
          >
            <item.icon size={16} className="flex-none" />
            <span className="truncate max-xl:sr-only">{item.label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
