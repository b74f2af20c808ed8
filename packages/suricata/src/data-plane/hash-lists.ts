import type { HashAlgorithm, Lane } from "./lanes.ts";

/** File name of a lane's hash list, relative to the rule directory. */
export function hashListFile(lane: Lane, algorithm: HashAlgorithm): string {
  return `bw-${lane}.${algorithm}`;
}

/** One lower-case hexadecimal hash a line, as the engine's hash keywords read it. */
export function renderHashList(hashes: Iterable<string>): string {
  let text = "";
  for (const hash of hashes) text += `${hash}\n`;
  return text;
}
