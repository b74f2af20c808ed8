import { type CertificateAuthority, loadOrCreateCa } from "@breakwater/pki";
import { type Clock, type Log, openSecretBox, type SecretBox } from "@breakwater/platform";
import { listen } from "@breakwater/postgres";
import { type Accounts, openAccounts } from "./accounts.ts";
import { caPath, type HubConfig, isLoopback, secretKeyPath } from "./config.ts";
import { FEED_CHANNEL, type HubDb, PRODUCTS_CHANNEL } from "./database.ts";
import { Distributor } from "./object-distribution/index.ts";
import { openDatabase } from "./open-database.ts";
import { CertificateRegister, startPresence } from "./products/index.ts";
import { startRetention } from "./search/index.ts";
import { Expiry, ObjectFeed, type ObjectWriter, startPurge } from "./suspicious-objects/index.ts";

/** Everything that lives as long as the hub; built here and nowhere else. */
export type HubContext = {
  config: HubConfig;
  clock: Clock;
  log: Log;
  db: HubDb;
  ca: CertificateAuthority;
  accounts: Accounts;
  certificates: CertificateRegister;
  feed: ObjectFeed;
  writer: ObjectWriter;
  secrets: SecretBox;
  distributor: Distributor;
  /** A product made a request; remembered for "last seen". */
  presence: { note: (product: Parameters<ReturnType<typeof startPresence>["note"]>[0]) => void };
  close: () => Promise<void>;
};

export type HubRuntime = { clock: Clock; log: Log };

/** Opens database, CA and background work. */
export async function openContext(
  config: HubConfig,
  { clock, log }: HubRuntime,
): Promise<HubContext> {
  const db = await openDatabase(config.databaseUrl, log);
  const now = () => clock.now().getTime();
  const subject = { trustDomain: "hub.breakwater", name: "Breakwater hub" };
  const ca = await loadOrCreateCa({ path: caPath(config), subject, now });
  const accounts = await openAccounts({ db, clock, log, tls: !isLoopback(config.web.host) });
  const certificates = await CertificateRegister.open({ db, clock, log });
  const feed = await ObjectFeed.open({ db, clock, log });
  const writer: ObjectWriter = {
    db,
    clock,
    limits: config.limits,
    onChange: () => {
      feed.wake();
      expiry.changed();
      distributor.wake();
    },
  };
  const expiry = new Expiry(writer, log);
  const secrets = await openSecretBox(secretKeyPath(config));
  const distributor = new Distributor({
    db,
    clock,
    log,
    secrets,
    sender: config.sender,
    chance: Math.random,
    keepDays: config.tombstoneDays,
  });
  const retentionDays = config.detectionRetentionDays;
  const retention = await startRetention({ db, clock, log, retentionDays });
  const purge = startPurge({ db, clock, log, tombstoneDays: config.tombstoneDays });
  const presence = startPresence({ db, clock, log, streaming: () => feed.products });
  const listeners = await Promise.all([
    listen(config.databaseUrl, FEED_CHANNEL, () => writer.onChange(), {
      log,
      onReconnect: () => writer.onChange(),
    }),
    listen(config.databaseUrl, PRODUCTS_CHANNEL, () => certificates.wake(), {
      log,
      onReconnect: () => certificates.wake(),
    }),
  ]);
  expiry.start();
  distributor.start();
  certificates.start();
  const jobs = [feed, expiry, distributor, retention, purge, certificates, accounts];
  return {
    config,
    clock,
    log,
    db,
    ca,
    accounts,
    certificates,
    feed,
    writer,
    secrets,
    distributor,
    presence,
    close: async () => {
      presence.stop();
      await Promise.all(listeners.map((listener) => listener.close()));
      await Promise.all(jobs.map((job) => job.stop()));
      await db.destroy();
    },
  };
}
