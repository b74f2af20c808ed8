import { formatAbsolute, formatRelative, formatWhen } from "../lib/format-time.ts";
import { useNow } from "./use-now.tsx";

/** "5 min ago", with the absolute time as its title. Shows `none` when there is no time. */
export function TimeAgo({
  time,
  none = "never",
}: {
  time: string | null | undefined;
  none?: string;
}) {
  const now = useNow();
  if (time === null || time === undefined) return <span className="text-muted">{none}</span>;
  const date = new Date(time);
  return (
    <time dateTime={date.toISOString()} title={formatAbsolute(date)} className="whitespace-nowrap">
      {formatRelative(date.getTime(), now)}
    </time>
  );
}

/** The clock, with the date when it was not today. */
export function When({ time }: { time: number | string }) {
  const now = useNow();
  const date = new Date(time);
  return (
    <time
      dateTime={date.toISOString()}
      title={formatAbsolute(date)}
      className="whitespace-nowrap tabular-nums"
    >
      {formatWhen(date, now)}
    </time>
  );
}

/** The full time with its zone. */
export function AbsoluteTime({ time }: { time: number | string }) {
  const date = new Date(time);
  return <time dateTime={date.toISOString()}>{formatAbsolute(date)}</time>;
}
