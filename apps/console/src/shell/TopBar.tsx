import { Link } from "@tanstack/react-router";
import CircleHelp from "lucide-react/icons/circle-question-mark";
import Search from "lucide-react/icons/search";
import { lazy, Suspense } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { useSession } from "../accounts/session.tsx";
import { IconButton } from "../ui/Button.tsx";
import { buttonClass } from "../ui/button-class.ts";
import { Kbd } from "../ui/Kbd.tsx";
import { Logo } from "./Logo.tsx";
import { useProduct } from "./product.tsx";

// Its menu library is large, and nobody needs it before the page is there.
const UserMenu = lazy(() => import("./UserMenu.tsx"));

/** Product, search, state of the whole, help and user. */
export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const product = useProduct();
  const { user } = useSession();
  return (
    <header className="flex h-12 flex-none items-center gap-3 max-sm:gap-1.5 border-b border-hairline bg-raised px-3">
      <Link
        to="/"
        className="flex items-center gap-2.5 rounded-md font-semibold text-text sm:pr-2 xl:w-51"
      >
        <Logo />
        <span className="whitespace-nowrap max-sm:sr-only">
          Breakwater <span className="font-normal text-muted">{product.short}</span>
        </span>
      </Link>
      <AriaButton
        onPress={onSearch}
        className="flex h-8 w-full max-w-md min-w-9 items-center gap-2 rounded-md border border-control bg-ground px-2.5 text-muted data-hovered:bg-hover"
      >
        <Search size={14} aria-hidden className="flex-none" />
        <span className="min-w-0 flex-1 truncate text-left">
          Search, or paste an address, domain, URL or hash
        </span>
        <span aria-hidden className="max-sm:hidden">
          <Kbd keys="Ctrl K" />
        </span>
      </AriaButton>
      <div className="flex flex-1 items-center justify-end gap-1.5">
        {product.status}
        <IconButton
          label="Keys and help (?)"
          icon={<CircleHelp size={16} aria-hidden />}
          onPress={onHelp}
        />
        <Suspense fallback={<span className={buttonClass({ variant: "quiet" })}>{user.name}</span>}>
          <UserMenu />
        </Suspense>
      </div>
    </header>
  );
}
