import { ApiError } from "@breakwater/client";
import Inbox from "lucide-react/icons/inbox";
import Lock from "lucide-react/icons/lock";
import RefreshCw from "lucide-react/icons/refresh-cw";
import SearchX from "lucide-react/icons/search-x";
import Unplug from "lucide-react/icons/unplug";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";

export type MessageProps = {
  /** 1 when it stands in place of a whole page. */
  level?: 1 | 2;
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
};

/** Icon, title, one line and one action, in place of a list. */
export function Message({ level = 2, icon, title, children, action }: MessageProps) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className="flex min-h-60 flex-col items-center justify-center gap-2 px-6 py-10 text-center">
      <span className="text-muted">{icon}</span>
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children !== undefined && <div className="max-w-lg text-muted">{children}</div>}
      {action !== undefined && (
        <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}

/** There is nothing of this kind yet. */
export function NothingYet({ title, children, action }: Omit<MessageProps, "icon">) {
  return (
    <Message icon={<Inbox size={28} aria-hidden />} title={title} action={action}>
      {children}
    </Message>
  );
}

/** There is something, but the filters let nothing through. */
export function NoMatch({ what, onReset }: { what: string; onReset: () => void }) {
  return (
    <Message
      icon={<SearchX size={28} aria-hidden />}
      title={`No ${what} match`}
      action={<Button onPress={onReset}>Reset filters</Button>}
    >
      The filters above leave nothing to show.
    </Message>
  );
}

/** Asking would only be refused. */
export function NoPermission({ what, level = 2 }: { what: string; level?: 1 | 2 }) {
  return (
    <Message
      level={level}
      icon={<Lock size={28} aria-hidden />}
      title={`Your role does not show ${what}`}
    >
      Ask an administrator for a role with this permission.
    </Message>
  );
}

/** A page that could not be loaded: what failed, what to do, and the id to quote. */
export function LoadFailed({
  error,
  what,
  onRetry,
  level = 2,
}: {
  error: unknown;
  what: string;
  onRetry: () => void;
  level?: 1 | 2;
}) {
  if (error instanceof ApiError && error.code === "PermissionDenied")
    return <NoPermission what={what} />;
  const gone = error instanceof ApiError && error.code === "NotFound";
  return (
    <Message
      level={level}
      icon={<Unplug size={28} aria-hidden />}
      title={gone ? `There is no such ${what}` : `Could not load ${what}`}
      action={
        <Button icon={<RefreshCw size={14} aria-hidden />} onPress={onRetry}>
          Try again
        </Button>
      }
    >
      <div role="alert">
        <p>{error instanceof Error ? error.message : "Something failed."}</p>
        {error instanceof ApiError && error.requestId !== undefined && (
          <p className="text-xs">Request {error.requestId}</p>
        )}
      </div>
    </Message>
  );
}

/** Grey lines while the first data arrives. */
export function Loading({ what, rows = 8 }: { what: string; rows?: number }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="flex flex-col gap-4 py-3">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton h-4" style={{ width: `${90 - ((row * 17) % 45)}%` }} />
      ))}
    </div>
  );
}
