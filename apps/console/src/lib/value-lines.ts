import { refang } from "./recognise-value.ts";

/** One value per line; blank lines and `#` comments are left out, defanged values restored. */
export function valueLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => refang(line.replace(/(^|\s)#.*$/, "")))
    .filter((line) => line !== "");
}

/** Lists of at most `size`, in order. */
export function inChunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
