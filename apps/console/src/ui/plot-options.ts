import uPlot from "uplot";
import { formatCount } from "../lib/format-number.ts";
import { formatClock, formatDate } from "../lib/format-time.ts";
import type { ChartSeries } from "./HourlyChart.tsx";

const HOUR = 3_600;

/** Axes and bars in the colours of the theme that is on now. */
export function plotOptions(box: HTMLElement, series: readonly ChartSeries[]): uPlot.Options {
  const muted = resolved(box, "--color-muted");
  const grid = { stroke: resolved(box, "--color-hairline"), width: 1 };
  const font = '12px "Inter Variable"';
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 20, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: true, range: (_, from, to) => [from - HOUR / 2, to + HOUR / 2] },
      y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] },
    },
    axes: [
      {
        stroke: muted,
        font,
        grid: { show: false },
        ticks: { show: false },
        values: (_, ticks) => ticks.map(hourLabel),
        space: 70,
        size: 26,
      },
      {
        stroke: muted,
        font,
        grid,
        ticks: { show: false },
        size: 46,
        values: (_, ticks) =>
          ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : "")),
      },
    ],
    series: [
      {},
      ...series.toReversed().map((item) => bars(resolved(box, `--color-chart-${item.color}`))),
    ],
  };
}

function bars(color: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.72, 40] });
  return {
    fill: color,
    stroke: color,
    width: 0,
    points: { show: false },
    ...(paths === undefined ? {} : { paths }),
  };
}

/** Midnight shows the day, other hours the clock; 24 h everywhere. */
function hourLabel(seconds: number): string {
  const time = new Date(seconds * 1000);
  return time.getHours() === 0 ? formatDate(time).slice(5) : formatClock(time).slice(0, 5);
}

/** A token's value as a colour a canvas understands. */
function resolved(box: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
