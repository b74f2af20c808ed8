import { mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { DestinationStream } from "pino";

/** A pipe whose reader is slow gets this many chances, two milliseconds apart. */
const CHANCES = 50;
const STANDARD_OUTPUT = 1;

/**
 * Where log lines go: at once, and never at the cost of the process. While the disk is full, lines
 * are dropped and counted; the first line that can be written again is preceded by the count.
 */
export function logDestination(file: string | undefined): DestinationStream {
  const descriptor = file === undefined ? STANDARD_OUTPUT : openLog(file);
  let dropped = 0;
  let isTorn = false;

  function write(text: string): void {
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    for (let done = 0; done < bytes.length; ) {
      done += writePatiently(descriptor, bytes.subarray(done));
      isTorn = done < bytes.length;
    }
  }

  return {
    write(line) {
      try {
        if (dropped > 0) {
          write(
            `${JSON.stringify({ level: 40, time: Date.now(), dropped, msg: "log lines dropped" })}\n`,
          );
          dropped = 0;
        }
        write(line);
      } catch {
        dropped += 1;
      }
    },
  };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, "a", 0o640);
}

function writePatiently(descriptor: number, bytes: Buffer): number {
  for (let chance = 1; ; chance += 1) {
    try {
      return writeSync(descriptor, bytes);
    } catch (error) {
      const isBusy = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isBusy || chance === CHANCES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
