import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { HourlyChartProps } from "./HourlyChart.tsx";
import { plotOptions } from "./plot-options.ts";

/** The canvas. It is drawn again when the theme changes and when its box does. */
export default function HourlyPlot({ hours, series }: HourlyChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const fingerprint = JSON.stringify([hours, series.map((item) => item.values)]);
  const latest = useRef({ hours, series });
  useEffect(() => {
    latest.current = { hours, series };
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let plot: uPlot | undefined;
    let gone = false;
    const draw = () => {
      plot?.destroy();
      if (!gone)
        plot = new uPlot(
          plotOptions(element, latest.current.series),
          stacked(latest.current),
          element,
        );
    };
    // A canvas keeps the font it was first drawn with.
    void document.fonts.load('12px "Inter Variable"').then(draw, draw);
    const resized = new ResizeObserver(() =>
      plot?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resized.observe(element);
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    window.addEventListener("themechange", draw);
    dark.addEventListener("change", draw);
    return () => {
      gone = true;
      resized.disconnect();
      window.removeEventListener("themechange", draw);
      dark.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [fingerprint]);
  const names = series.map((item) => item.name.toLowerCase()).join(" and ");
  return (
    <div
      ref={box}
      role="img"
      aria-label={`Bars of ${names} detections per hour. The same figures are in the table view.`}
      className="h-56 w-full"
    />
  );
}

/** Later series stand on the earlier ones; drawn back to front. */
function stacked({ hours, series }: HourlyChartProps): uPlot.AlignedData {
  const times = hours.map((hour) => Date.parse(hour) / 1000);
  const sums = times.map(() => 0);
  const layers = series.map((item) =>
    times.map((_, index) => {
      sums[index] = (sums[index] ?? 0) + (item.values[index] ?? 0);
      return sums[index] ?? 0;
    }),
  );
  return [times, ...layers.toReversed()];
}
