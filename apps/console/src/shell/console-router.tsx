import type { Permission } from "@breakwater/protocol";
import {
  type AnyRouter,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { FunctionComponent } from "react";
import { useCan } from "../accounts/session.tsx";
import { NoPermission } from "../ui/states.tsx";
import { AppShell } from "./AppShell.tsx";
import { NotFound, PageCrashed } from "./fallbacks.tsx";

export type PageDefinition = {
  path: string;
  requires: Permission;
  /** What the page shows, in words, for the message to those who may not see it. */
  what: string;
  load: () => Promise<{ default: FunctionComponent }>;
};

/** The pages of a console. Each is a chunk of its own, fetched when its link is pointed at. */
export function createConsoleRouter(
  pages: readonly PageDefinition[],
  aliases: Readonly<Record<string, string>>,
): AnyRouter {
  const root = createRootRoute({ component: AppShell, notFoundComponent: NotFound });
  const routes = pages.map((page) =>
    createRoute({ getParentRoute: () => root, path: page.path, component: guarded(page) }),
  );
  const redirects = Object.entries(aliases).map(([path, to]) =>
    createRoute({
      getParentRoute: () => root,
      path,
      beforeLoad: () => {
        throw redirect({ href: to, replace: true });
      },
    }),
  );
  return createRouter({
    routeTree: root.addChildren([...routes, ...redirects]),
    defaultPreload: "intent",
    defaultErrorComponent: PageCrashed,
    defaultPendingMs: 300,
    // Values in the address stay texts: `q=198` is not a number.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text === "" ? "" : `?${text}`;
    },
  });
}

function guarded({ requires, what, load }: PageDefinition): FunctionComponent {
  const Page = lazyRouteComponent(load);
  const Guarded = () => (useCan(requires) ? <Page /> : <NoPermission level={1} what={what} />);
  return Object.assign(Guarded, { preload: Page.preload });
}
