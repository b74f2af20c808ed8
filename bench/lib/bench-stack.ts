import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@breakwater/client";
import type { HubApi, SmsApi } from "@breakwater/protocol";
import { z } from "zod";
import { freePortBase, startStack } from "./running-stack.ts";

const Access = z.object({ url: z.string(), apiKey: z.string() });
const AccessFile = z.object({ hub: Access, sms: Access });

export type BenchStack = {
  hub: Client<HubApi>;
  sms: Client<SmsApi>;
  /** For the public API, which clients call without a typed contract. */
  hubAccess: z.infer<typeof Access>;
  /** For whatever else the benchmark keeps on disk. */
  folder: string;
  stop: () => Promise<void>;
};

/**
 * `breakwater up` as shipped, empty and without its lab: PostgreSQL with fsync, hub and SMS in
 * processes of their own, connected by a real token.
 */
export async function startBenchStack(): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const dataFolder = join(folder, "data");
    const portBase = await freePortBase();
    const args = ["--no-lab", "--no-samples"];
    const running = await startStack({ dataFolder, portBase, args });
    const access = await readFile(join(dataFolder, "access.json"), "utf8");
    const { hub, sms } = AccessFile.parse(JSON.parse(access));
    return {
      hub: createClient<HubApi>({ baseUrl: hub.url, headers: bearer(hub.apiKey) }),
      sms: createClient<SmsApi>({ baseUrl: sms.url, headers: bearer(sms.apiKey) }),
      hubAccess: hub,
      folder,
      stop: async () => {
        await running.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function bearer(key: string) {
  return { authorization: `Bearer ${key}` };
}
