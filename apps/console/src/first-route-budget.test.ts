import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

type Chunk = {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
  dynamicImports?: string[];
};
type Manifest = Record<string, Chunk>;

const dist = (product: string) => fileURLToPath(new URL(`../dist/${product}`, import.meta.url));

function manifestOf(product: string): Manifest {
  const path = join(dist(product), ".vite/manifest.json");
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new Error("The console is not built. Run: npm run build -w @breakwater/console");
  }
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

/** A chunk with everything it imports statically. */
function closure(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key]?.imports ?? []) closure(manifest, imported, seen);
  return seen;
}

function gzipKilobytes(product: string, files: Iterable<string>): number {
  let bytes = 0;
  for (const file of new Set(files))
    bytes += gzipSync(readFileSync(join(dist(product), file)), { level: 9 }).length;
  return bytes / 1000;
}

describe.each([
  ["sms", "overview/OverviewPage.tsx"],
  ["hub", "overview/HubOverviewPage.tsx"],
])("first route of the %s console", (product, page) => {
  const manifest = manifestOf(product);
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true) ?? "";
  const route = Object.keys(manifest).find((key) => key.endsWith(page)) ?? "";
  const keys = [...closure(manifest, entry), ...closure(manifest, route)];

  it("needs at most 200 kB of script and 15 kB of style, compressed", () => {
    expect(route).not.toBe("");
    const scripts = keys
      .map((key) => manifest[key]?.file ?? "")
      .filter((file) => file.endsWith(".js"));
    const styles = keys.flatMap((key) => manifest[key]?.css ?? []);
    expect(gzipKilobytes(product, scripts)).toBeLessThanOrEqual(200);
    expect(gzipKilobytes(product, styles)).toBeLessThanOrEqual(15);
  });

  it("leaves the chart library, the palette and other pages for later", () => {
    const later = Object.keys(manifest).filter((key) =>
      /HourlyPlot|Palette|ObjectsPage|EventsPage/.test(key),
    );
    expect(later.length).toBeGreaterThan(0);
    expect(keys.filter((key) => later.includes(key))).toEqual([]);
  });

  it("inlines no font", () => {
    for (const file of keys.flatMap((key) => manifest[key]?.css ?? [])) {
      expect(readFileSync(join(dist(product), file), "utf8")).not.toContain("data:font");
    }
  });
});
