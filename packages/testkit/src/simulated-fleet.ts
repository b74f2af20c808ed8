import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Acknowledgement,
  type CopiesMode,
  type FleetOrder,
  FromFleet,
} from "./simulated-fleet-messages.ts";
import { FleetNews } from "./simulated-fleet-news.ts";

// From `src` and from `dist` alike, the program that runs is the built one.
const PROGRAM = fileURLToPath(new URL("../dist/simulated-fleet-main.js", import.meta.url));
const STOP_GRACE_MS = 5000;
const MOST_TROUBLES = 100;

export type FleetOptions = {
  /** One device enrollment token per agent. */
  tokens: readonly string[];
  parallel?: number;
  copies?: CopiesMode;
  onProgress?: (enrolled: number, settled: number) => void;
  /** Until every agent has the set and has said so. */
  settleWithinMs?: number;
};

/** Simulated agents in a process of their own, so that they and the servers do not share a thread. */
export class SimulatedFleet {
  readonly size: number;
  /** What went wrong since the start; a healthy fleet has none. At most the first hundred. */
  readonly troubles: string[] = [];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #news: FleetNews;

  private constructor(child: ChildProcess, folder: string, size: number) {
    this.#child = child;
    this.#folder = folder;
    this.size = size;
    this.#news = new FleetNews(size);
  }

  /** Enrols all agents and resolves when each has acknowledged what it should have. */
  static async start(options: FleetOptions): Promise<SimulatedFleet> {
    const { tokens, parallel = 8, copies = "own" } = options;
    const folder = await mkdtemp(join(tmpdir(), "breakwater-fleet-"));
    // Without the options of a test runner, under which packages would resolve to their sources.
    const child = fork(PROGRAM, {
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const fleet = new SimulatedFleet(child, folder, tokens.length);
    try {
      const settled = fleet.#listen(options);
      child.send({ tokens: [...tokens], folder, parallel, copies } satisfies FleetOrder);
      await settled;
      return fleet;
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  /**
   * Call it before changing `value` at the source. Resolves when every agent has acknowledged the
   * change, with each agent's first acknowledgement that covers it.
   */
  acknowledged(value: string, withinMs = 30_000): Promise<Acknowledgement[]> {
    return this.#news.acknowledged(value, withinMs);
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      const exited = once(this.#child, "exit");
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_GRACE_MS);
      this.#child.kill("SIGTERM");
      await exited;
      clearTimeout(timer);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #listen({ onProgress, settleWithinMs = 300_000 }: FleetOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`the fleet did not settle in ${settleWithinMs} ms`));
      const timer = setTimeout(late, settleWithinMs);
      const fail = (reason: string) => {
        clearTimeout(timer);
        reject(new Error(reason));
        this.#news.fail(reason);
      };
      this.#child.on("error", (error) => fail(error.message));
      this.#child.on("exit", (code, signal) => fail(`the fleet ended: ${signal ?? code}`));
      this.#child.on("message", (raw) => {
        const message = FromFleet.parse(raw);
        switch (message.t) {
          case "progress":
            onProgress?.(message.enrolled, message.settled);
            return;
          case "settled":
            clearTimeout(timer);
            resolve();
            return;
          case "news":
            this.#news.add(message.deltas, message.acknowledgements);
            return;
          case "trouble":
            if (this.troubles.length < MOST_TROUBLES) this.troubles.push(message.message);
            return;
          case "failed":
            fail(message.message);
            return;
        }
      });
    });
  }
}
