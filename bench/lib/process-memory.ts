import { readdir, readFile } from "node:fs/promises";

/** `VmHWM`: the most it ever was. */
export type MemoryField = "VmRSS" | "VmHWM";

/** Resident bytes of the child of `parent` whose command line has `word` as an argument or file name. */
export async function memoryOf(
  word: string,
  parent: number,
  field: MemoryField = "VmRSS",
): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const [status, command] = await Promise.all(
      ["status", "cmdline"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
    );
    if (!new RegExp(`^PPid:\\s*${parent}$`, "m").test(status ?? "")) continue;
    const words = (command ?? "").split("\0").flatMap((argument) => argument.split("/"));
    if (!words.includes(word)) continue;
    return (
      Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, "m").exec(status ?? "")?.[1] ?? Number.NaN) *
      1024
    );
  }
  throw new Error(`no process of ${word} runs`);
}
