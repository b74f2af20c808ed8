import { join } from "node:path";
import {
  createEstTransport,
  type IdentityStore,
  renewIdentity,
  startRenewal,
} from "@breakwater/pki";
import type { Clock, Log } from "@breakwater/platform";

export type RenewalJob = Awaited<ReturnType<typeof startRenewal>>;

/** Renews the certificate towards the hub in time; `folder` keeps what must survive a restart. */
export function hubCertificateRenewal(options: {
  identity: IdentityStore;
  folder: string;
  clock: Clock;
  log: Log;
}): Promise<RenewalJob> {
  const { identity: store, folder, clock, log } = options;
  const now = () => clock.now().getTime();
  return startRenewal({
    store,
    renew: () => renewIdentity({ store, transport: createEstTransport(), now }),
    now,
    random: Math.random,
    clockFile: join(folder, "clock.json"),
    onEffect: (effect) => log.warn({ ...effect }, "certificate towards the hub"),
    onFailure: (error) =>
      log.warn({ err: error }, "the certificate towards the hub was not renewed"),
  });
}
