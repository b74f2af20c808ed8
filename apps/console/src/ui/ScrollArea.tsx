import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "../lib/class-names.ts";

/** Scrolls what does not fit. It is a tab stop only while it scrolls, for those who scroll with keys. */
export function ScrollArea({ children, className }: { children: ReactNode; className?: string }) {
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const [outer, inner] = [area.current, content.current];
    if (outer === null || inner === null) return;
    const observer = new ResizeObserver(() => setScrolls(outer.scrollHeight > outer.clientHeight));
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  const focusable = scrolls ? { tabIndex: 0, role: "region", "aria-label": "Content" } : {};
  return (
    <div ref={area} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]" {...focusable}>
      <div ref={content} className={cx(className)}>
        {children}
      </div>
    </div>
  );
}
