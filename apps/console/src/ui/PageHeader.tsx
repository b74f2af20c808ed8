import type { ReactNode } from "react";

/** Title, one line that says what the page is for, and the page's actions. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <h1 tabIndex={-1} className="text-xl font-semibold wrap-anywhere">
          {title}
        </h1>
        {children !== undefined && <div className="mt-0.5 max-w-3xl text-muted">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
