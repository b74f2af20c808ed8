import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository, with a trailing slash. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const SKIPPED = new Set([
  ".git",
  ".breakwater",
  ".cache",
  "coverage",
  "dist",
  "dist-types",
  "node_modules",
]);

export type SourceFile = {
  /** Relative to the repository, with forward slashes. */
  path: string;
  text: string;
};

/** Every file under `folder` whose path matches, without build output and dependencies. */
export function listFiles(folder: string, matches: (path: string) => boolean): string[] {
  return readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((item) => {
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (item.isDirectory()) return SKIPPED.has(item.name) ? [] : listFiles(path, matches);
    return item.isFile() && matches(path) ? [path] : [];
  });
}

export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, "utf8");
}

export function readJson(path: string): unknown {
  return JSON.parse(readText(path));
}

/** All TypeScript of the workspaces, the benchmarks and the cross-process tests. */
export function typeScriptFiles(): SourceFile[] {
  const isTypeScript = (path: string) => /\.tsx?$/.test(path);
  return ["apps", "bench", "packages", "test"]
    .flatMap((folder) => listFiles(folder, isTypeScript))
    .map((path) => ({ path, text: readText(path) }));
}

/** Tests, their helpers and pretend servers: they may use what the product itself may not. */
export function isTestFile(path: string): boolean {
  return (
    /\.(test|test-helper)\.tsx?$/.test(path) ||
    /^(test|bench)\//.test(path) ||
    /\/src\/(test|mock-api)\//.test(path)
  );
}
