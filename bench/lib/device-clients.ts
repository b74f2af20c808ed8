import { join } from "node:path";
import { DeviceClient } from "@breakwater/testkit";
import type { BenchStack } from "./bench-stack.ts";
import { progress } from "./figures.ts";
import type { OnStop } from "./with-clean-up.ts";

/** Enrols so many devices that only ask when they are told to. */
export async function enrollClients(
  { sms, folder }: BenchStack,
  count: number,
  onStop: OnStop,
): Promise<DeviceClient[]> {
  const clients: DeviceClient[] = [];
  for (let n = 0; n < count; n += 1) {
    const { token } = await sms("POST /api/v1/device-enrollment-tokens", { body: {} });
    const client = await DeviceClient.enroll(token, join(folder, "clients", String(n)));
    onStop(async () => client.close());
    clients.push(client);
  }
  progress(`${count} devices enrolled`);
  return clients;
}
