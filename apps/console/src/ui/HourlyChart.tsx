import { lazy, Suspense, useState } from "react";
import { formatExact } from "../lib/format-number.ts";
import { formatClock, formatDate } from "../lib/format-time.ts";

const Plot = lazy(() => import("./HourlyPlot.tsx"));

export type ChartSeries = { name: string; color: "blocked" | "logged"; values: readonly number[] };
export type HourlyChartProps = { hours: readonly string[]; series: readonly ChartSeries[] };

/** Stacked bars per hour, with their sum in words and the figures as a table on demand. */
export function HourlyChart({ hours, series }: HourlyChartProps) {
  const [asTable, setAsTable] = useState(false);
  if (hours.length === 0)
    return <p className="border-y border-hairline py-2.5 text-muted">No detections yet.</p>;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-xs text-muted">
        {series.map((item) => (
          <span key={item.name} className="inline-flex items-center gap-1.5">
            <span
              aria-hidden
              className={`size-2.5 rounded-sm ${item.color === "blocked" ? "bg-chart-blocked" : "bg-chart-logged"}`}
            />
            {item.name}: {formatExact(sum(item.values))} in {hours.length} hours
          </span>
        ))}
        <button
          type="button"
          className="ml-auto rounded-sm text-accent underline-offset-2 hover:underline"
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? "View as chart" : "View as table"}
        </button>
      </div>
      {asTable ? (
        <HourTable hours={hours} series={series} />
      ) : (
        <Suspense fallback={<div className="h-56" />}>
          <Plot hours={hours} series={series} />
        </Suspense>
      )}
    </div>
  );
}

function HourTable({ hours, series }: HourlyChartProps) {
  return (
    <div
      className="max-h-56 overflow-y-auto border-y border-hairline"
      tabIndex={0}
      role="region"
      aria-label="Detections per hour"
    >
      <table className="w-full text-sm tabular-nums">
        <thead className="sticky top-0 bg-ground text-left text-xs text-muted">
          <tr>
            <th className="py-1 font-medium">Hour</th>
            {series.map((item) => (
              <th key={item.name} className="py-1 text-right font-medium">
                {item.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((hour, index) => (
            <tr key={hour} className="border-t border-hairline">
              <td className="py-1">
                {formatDate(new Date(hour))} {formatClock(new Date(hour)).slice(0, 5)}
              </td>
              {series.map((item) => (
                <td key={item.name} className="py-1 text-right">
                  {formatExact(item.values[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
