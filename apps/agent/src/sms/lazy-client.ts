import type { IdentityStore } from "@breakwater/pki";
import { AppError } from "@breakwater/protocol";
import { createSmsClient, type SmsClient } from "./sms-client.ts";

/** The client of the SMS this device is enrolled to, made when there is an identity. */
export function createLazyClient(identity: IdentityStore): SmsClient {
  let made: { url: string; client: ReturnType<typeof createSmsClient> } | undefined;
  const client = () => {
    const url = identity.current()?.meta.url;
    if (url === undefined) throw new AppError("Unavailable", "This device is not enrolled yet.");
    if (made?.url !== url) {
      made?.client.close();
      made = { url, client: createSmsClient(url, () => identity.tlsOptions()) };
    }
    return made.client;
  };
  return {
    openStream: async (...args) => client().openStream(...args),
    postState: async (...args) => client().postState(...args),
    postEvents: async (...args) => client().postEvents(...args),
    fetchBundle: async (...args) => client().fetchBundle(...args),
    fetchChanges: async (...args) => client().fetchChanges(...args),
    fetchSnapshot: async (...args) => client().fetchSnapshot(...args),
    renew: () => made?.client.renew(),
    close: () => made?.client.close(),
  };
}
