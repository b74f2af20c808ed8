import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { progress } from "./figures.ts";
import { loadedObject } from "./objects.ts";

const LARGEST_LIST = 64 * 1024 * 1024;

/**
 * Values of the real lists in a folder (`*.xz`, one value a line, further columns behind tabs), none
 * when there is no such folder. Neither quotes nor commas: those are for tests.
 */
export async function readRealValues(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const values: string[] = [];
  for (const name of names.filter((one) => one.endsWith(".xz")).toSorted()) {
    const { stdout } = await promisify(execFile)("xz", ["-dc", join(folder, name)], {
      maxBuffer: LARGEST_LIST,
    });
    for (const line of stdout.split("\n")) {
      const [value = ""] = line.split("\t");
      if (value !== "" && !value.startsWith("#") && !/[",]/.test(value)) values.push(value.trim());
    }
  }
  progress(`${values.length} values of real lists`);
  return values;
}

/** Value number `n`: every second one from the real lists while they last, the others generated. */
export function mixedValue(real: readonly string[], n: number): string {
  const half = Math.floor(n / 2);
  // A step without a common divisor goes through the list once, in an order that mixes its kinds.
  const value = n % 2 === 0 && half < real.length ? real[(half * 7919) % real.length] : undefined;
  return value ?? loadedObject(n).value;
}
