import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Lab } from "@breakwater/lab";
import { ProbeNews, type ProbeOrder } from "./probe-messages.ts";

const PROGRAM = fileURLToPath(new URL("./probe-main.js", import.meta.url));

export type LabClient = {
  /**
   * Sends requests to a target. Resolves once one is answered, with a promise of when the first one
   * was sent that was dropped, on the monotonic clock.
   */
  follow: (order: ProbeOrder) => Promise<{ blocked: Promise<number> }>;
  close: () => void;
};

/** A program in the lab's client that asks all the time. */
export function startLabClient(lab: Lab): LabClient {
  const child = lab.spawn("client", process.execPath, [PROGRAM], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the lab client has no channel");
  const waiting = new Map<string, (news: ProbeNews) => void>();
  const failed = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the lab client ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  createInterface({ input: stdout }).on("line", (line) => {
    const news = ProbeNews.parse(JSON.parse(line));
    waiting.get(`${news.t} ${news.id}`)?.(news);
  });
  const hear = (t: ProbeNews["t"], id: number) =>
    new Promise<ProbeNews>((resolve) => waiting.set(`${t} ${id}`, resolve));
  return {
    async follow(order) {
      const passing = hear("passing", order.id);
      const blocked = hear("blocked", order.id).then((news) =>
        news.t === "blocked" ? news.sentAt : Number.NaN,
      );
      stdin.write(`${JSON.stringify(order)}\n`);
      await Promise.race([passing, failed]);
      return { blocked: Promise.race([blocked, failed]) };
    },
    close: () => child.kill("SIGTERM"),
  };
}
