import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Lab } from "@breakwater/lab";
import { ProbeNews, type ProbeOrder } from "./probe-messages.ts";

const PROGRAM = fileURLToPath(new URL("./probe-main.js", import.meta.url));

export type LabClient = {
  /** Begins to send requests to a target. */
  follow: (order: ProbeOrder) => void;
  /** When the request was sent from which on this was so, in monotonic ms. */
  heard: (t: ProbeNews["t"], id: number) => Promise<number>;
  close: () => void;
};

/** A program in the lab's client that asks all the time. */
export function startLabClient(lab: Lab): LabClient {
  const child = lab.spawn("client", process.execPath, [PROGRAM], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the lab client has no channel");
  const waiting = new Map<string, (sentAt: number) => void>();
  const failed = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the lab client ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  createInterface({ input: stdout }).on("line", (line) => {
    const { t, id, sentAt } = ProbeNews.parse(JSON.parse(line));
    waiting.get(`${t} ${id}`)?.(sentAt);
  });
  return {
    follow: (order) => void stdin.write(`${JSON.stringify(order)}\n`),
    heard: (t, id) => {
      const news = new Promise<number>((resolve) => waiting.set(`${t} ${id}`, resolve));
      const heard = Promise.race([news, failed]);
      // Whoever waits for it may not have come to it yet.
      heard.catch(() => undefined);
      return heard;
    },
    close: () => void child.kill("SIGTERM"),
  };
}
