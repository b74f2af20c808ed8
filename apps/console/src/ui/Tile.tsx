import { Link } from "@tanstack/react-router";
import { formatCount, formatExact } from "../lib/format-number.ts";
import { State, type StateTone } from "./State.tsx";

export type TileProps = {
  label: string;
  value: string | number;
  note: string;
  tone?: StateTone;
  href: string;
};

/** One figure with its meaning; opens the page where it comes from. */
export function Tile({ label, value, note, tone, href }: TileProps) {
  return (
    <li className="flex bg-ground">
      <Link
        to={pathOf(href)}
        search={searchOf(href) as never}
        className="flex min-w-0 flex-1 flex-col gap-0.5 px-4 py-3 outline-offset-[-2px] hover:bg-hover"
      >
        <span className="text-xs font-medium text-muted">{label}</span>
        <span
          className="truncate text-2xl font-semibold tracking-tight tabular-nums"
          title={typeof value === "number" ? formatExact(value) : undefined}
        >
          {typeof value === "number" ? formatCount(value) : value}
        </span>
        <span className="flex min-w-0 text-xs text-muted" title={note}>
          {tone === undefined ? (
            <span className="truncate">{note}</span>
          ) : (
            <State tone={tone} truncate>
              {note}
            </State>
          )}
        </span>
      </Link>
    </li>
  );
}

function pathOf(href: string): string {
  return href.split("?")[0] ?? href;
}

function searchOf(href: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(href.split("?")[1] ?? ""));
}
