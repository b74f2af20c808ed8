import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useActions } from "../ui/shortcuts.tsx";
import { useProduct } from "./product.tsx";
import { ServerLost } from "./ServerLost.tsx";
import { SideNav } from "./SideNav.tsx";
import { TopBar } from "./TopBar.tsx";

const loadPalette = () => import("./Palette.tsx");
const Palette = lazy(loadPalette);
const KeyHelp = lazy(() => import("./KeyHelp.tsx"));
type Overlay = "palette" | "help" | undefined;

/** Frame of every page: top bar, navigation, the page, and what lies above it. */
export function AppShell() {
  const product = useProduct();
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState<Overlay>();
  const main = useMainFocus();
  useControlK(() => setOverlay("palette"));
  // What is typed right after Ctrl K must not be lost to a download.
  useEffect(() => void loadPalette(), []);
  useActions([
    {
      id: "help",
      group: "Everywhere",
      label: "Show the keys",
      keys: "?",
      run: () => setOverlay("help"),
    },
    ...product.navigation.map((item) => ({
      id: `go-${item.path}`,
      group: "Go to",
      label: item.label,
      keys: `g ${item.key}`,
      run: () => void navigate({ to: item.path }),
    })),
  ]);
  const close = () => setOverlay(undefined);
  return (
    <div className="flex h-full flex-col bg-ground text-text">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <TopBar onSearch={() => setOverlay("palette")} onHelp={() => setOverlay("help")} />
      <ServerLost />
      <div className="flex min-h-0 flex-1">
        <SideNav />
        <main
          ref={main}
          id="content"
          tabIndex={-1}
          className="relative flex min-w-0 flex-1 flex-col overflow-hidden outline-none"
        >
          <Outlet />
        </main>
      </div>
      <Suspense>
        {overlay === "palette" && <Palette onClose={close} />}
        {overlay === "help" && <KeyHelp onClose={close} />}
      </Suspense>
    </div>
  );
}

/** Another page takes focus, so that keys and screen readers start at its top. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/** Works while typing too; the browser's own meaning of Ctrl K is not needed here. */
function useControlK(open: () => void): void {
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey)
        return;
      event.preventDefault();
      if (document.querySelector("[role=dialog], [role=alertdialog]") === null) latest.current();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
