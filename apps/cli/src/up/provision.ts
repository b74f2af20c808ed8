import { type Client, createClient } from "@breakwater/client";
import type { HubApi, SmsApi } from "@breakwater/protocol";
import type { Access } from "../access-file.ts";
import { loadSamples } from "./load-samples.ts";
import type { Screen } from "./screen.ts";
import { note, readNotes } from "./setup-notes.ts";
import type { UpOptions } from "./up-options.ts";

export type ServerAccess = { hub: Access; sms: Access };
export type Clients = { hub: Client<HubApi>; sms: Client<SmsApi> };

export function clientsOf({ hub, sms }: ServerAccess): Clients {
  const headers = ({ apiKey }: Access) => ({ authorization: `Bearer ${apiKey}` });
  return {
    hub: createClient<HubApi>({ baseUrl: hub.url, headers: headers(hub) }),
    sms: createClient<SmsApi>({ baseUrl: sms.url, headers: headers(sms), timeoutMs: 60_000 }),
  };
}

/** Sample data and the connection between SMS and hub, on the first start. */
export async function provision(
  options: UpOptions,
  access: ServerAccess,
  clients: Clients,
  screen: Screen,
): Promise<void> {
  const { dataFolder } = options;
  const notes = readNotes(dataFolder);
  if (options.samples && !notes.samplesLoaded) {
    await screen.during(
      "Sample data",
      () => loadSamples(access.hub),
      (count) => `${count} objects on the hub's list`,
    );
    note(dataFolder, { samplesLoaded: true });
  }
  if (!notes.smsConnected) {
    await screen.during(
      "Connection of the SMS to the hub",
      () => connect(clients),
      () => "enrolled with a one-time token",
    );
    note(dataFolder, { smsConnected: true });
  }
}

async function connect({ hub, sms }: Clients): Promise<void> {
  const connection = await sms("GET /api/v1/vision-one");
  if (connection.onboarded) return;
  const { token } = await hub("POST /hub/v1/enrollment-tokens", {
    body: { note: "breakwater up", hours: 1 },
  });
  await sms("POST /api/v1/vision-one/connect", { body: { token } });
}

/** A one-time token for the lab's device. */
export async function deviceToken({ sms }: Clients): Promise<string> {
  const { token } = await sms("POST /api/v1/device-enrollment-tokens", {
    body: { note: "breakwater up: the lab's device", hours: 1 },
  });
  return token;
}
