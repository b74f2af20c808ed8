import { type CertificateAuthority, loadOrCreateCa } from "@breakwater/pki";
import { type Clock, type Log, openSecretBox, type SecretBox } from "@breakwater/platform";
import { listen, migrate } from "@breakwater/postgres";
import { DeviceId, SetId } from "@breakwater/protocol";
import { type Accounts, openAccounts } from "./accounts.ts";
import {
  caPath,
  hubIdentityFolder,
  isLoopback,
  type SmsConfig,
  secretKeyPath,
  snapshotFolder,
} from "./config.ts";
import { createDb, createPool, type Db, type Pool, smsMigrations } from "./database.ts";
import {
  CertificateRegistry,
  countDevices,
  DEVICES_CHANNEL,
  desiredOf,
  PushHub,
} from "./devices/index.ts";
import type { DistributionDeps } from "./distribution/index.ts";
import { createPartitions } from "./events/index.ts";
import { fleetView } from "./fleet-view.ts";
import { createJobKinds, jobKindMap, type SmsJobKinds } from "./job-kinds.ts";
import { JOBS_CHANNEL, type JobDeps } from "./jobs/index.ts";
import { openProcessFolder } from "./process-folder.ts";
import { seedDefaultProfile } from "./profiles/index.ts";
import {
  allSets,
  LiveSets,
  LOCAL_SOURCE,
  type ReputationChange,
  type ReputationDeps,
  readChanges,
  SETS_CHANNEL,
  SnapshotCache,
} from "./reputation/index.ts";

import { LiveGuard, loadSettings } from "./safeguards/index.ts";
import { SMS_VERSION } from "./version.ts";
import { HubSeat } from "./vision-one/index.ts";

/** Everything that lives as long as the SMS; built here and nowhere else. */
export type SmsContext = {
  config: SmsConfig;
  clock: Clock;
  log: Log;
  pool: Pool;
  db: Db;
  ca: CertificateAuthority;
  accounts: Accounts;
  reputation: ReputationDeps;
  distribution: DistributionDeps;
  registry: CertificateRegistry;
  push: PushHub;
  snapshots: SnapshotCache;
  /** Called with every committed change of reputation data. */
  changeListeners: Set<(change: ReputationChange) => void>;
  /** A device's certificate or desired bundle changed, here or in another process. */
  deviceListeners: Set<(device: DeviceId | undefined) => void>;
  jobs: JobDeps;
  jobKinds: SmsJobKinds;
  secrets: SecretBox;
  /** A job was started or cancelled, here or in another process. */
  jobListeners: Set<() => void>;
  /** Called with the end of an exception that was made or changed, in ms. */
  exceptionListeners: Set<(expires: number) => void>;
  hub: HubSeat;
  close: () => Promise<void>;
};

export type SmsRuntime = { clock: Clock; log: Log };

/** Opens database, CA and everything that has state; starts no job and no listener. */
export async function openContext(
  config: SmsConfig,
  { clock, log }: SmsRuntime,
): Promise<SmsContext> {
  await migrate(config.databaseUrl, await smsMigrations(), log);
  const pool = createPool(config.databaseUrl, { log, name: "sms" });
  const db: Db = createDb(pool);
  const ca = await loadOrCreateCa({
    path: caPath(config),
    subject: { trustDomain: "sms.breakwater", name: "Breakwater SMS" },
    now: () => clock.now().getTime(),
  });
  const tls = !isLoopback(config.web.host);
  const accounts = await openAccounts({ db, clock, log, tls });
  await createPartitions(db, clock.now());
  await seedDefaultProfile(db, clock, LOCAL_SOURCE);
  const registry = new CertificateRegistry(db, clock);
  await registry.reload();
  const liveSets = new LiveSets();
  const guard = new LiveGuard();
  const push = createPushHub(db, liveSets, clock, log);
  const changeListeners = new Set<(change: ReputationChange) => void>([
    ({ sets }) => push.setsChanged(sets),
  ]);
  const deviceListeners = new Set<(device: DeviceId | undefined) => void>();
  const jobListeners = new Set<() => void>();
  const reputation: ReputationDeps = {
    db,
    clock,
    liveSets,
    guard: (executor) => guard.current(executor),
    onChange: (change) => {
      for (const listener of changeListeners) listener(change);
    },
  };
  const secrets = await openSecretBox(secretKeyPath(config));
  const jobKinds = createJobKinds({
    ...reputation,
    pool,
    secrets,
    random: Math.random,
    limits: async (executor) => (await loadSettings(executor)).size,
    fleet: () => fleetView({ db, push, reputation }),
  });
  const distribution: DistributionDeps = {
    db,
    liveSets,
    clock,
    audit: accounts.audit,
    onDistributed: (devices) => {
      push.offerBundles(devices).catch((error: unknown) => {
        log.error({ err: error }, "cannot offer a bundle; the poll will");
      });
    },
  };
  const hub = await HubSeat.open({
    databaseUrl: config.databaseUrl,
    folder: hubIdentityFolder(config),
    db,
    clock,
    log,
    audit: accounts.audit,
    random: Math.random,
    reputation,
    product: config.name,
    version: SMS_VERSION,
    devices: () => countDevices(db),
  });
  const notices = await listenForChanges(config, log, { push, deviceListeners, jobListeners });
  return {
    config,
    clock,
    log,
    pool,
    db,
    ca,
    accounts,
    reputation,
    distribution,
    registry,
    push,
    snapshots: new SnapshotCache({ db, liveSets }, await openProcessFolder(snapshotFolder(config))),
    changeListeners,
    deviceListeners,
    exceptionListeners: new Set(),
    jobs: { db, clock, audit: accounts.audit, kinds: jobKindMap(jobKinds) },
    jobKinds,
    secrets,
    jobListeners,
    hub,
    close: async () => {
      await hub.stop();
      await push.stop();
      await notices();
      await db.destroy();
    },
  };
}

function createPushHub(db: Db, liveSets: LiveSets, clock: Clock, log: Log): PushHub {
  return new PushHub({
    log,
    clock,
    read: (set, versions) => readChanges({ db, liveSets }, set, versions),
    desiredOf: (devices) => desiredOf(db, devices),
    setVersions: () => allSets(db),
  });
}

type ChangeListeners = Pick<SmsContext, "push" | "deviceListeners" | "jobListeners">;

/** What other processes on the same database change. */
async function listenForChanges(
  config: SmsConfig,
  log: Log,
  { push, deviceListeners, jobListeners }: ChangeListeners,
): Promise<() => Promise<void>> {
  const onDevice = (payload: string) => {
    const device = DeviceId.safeParse(payload).data;
    for (const listener of deviceListeners) listener(device);
  };
  const pollNow = () => {
    push.poll().catch((error: unknown) => log.error({ err: error }, "poll failed"));
  };
  const onJob = () => {
    for (const listener of jobListeners) listener();
  };
  const onReconnect = () => {
    pollNow();
    onDevice("");
    onJob();
  };
  const listeners = await Promise.all([
    listen(config.databaseUrl, SETS_CHANNEL, (set) => push.setsChanged([SetId.parse(set)]), {
      log,
      onReconnect,
    }),
    listen(config.databaseUrl, DEVICES_CHANNEL, onDevice, { log, onReconnect }),
    listen(config.databaseUrl, JOBS_CHANNEL, onJob, { log, onReconnect }),
  ]);
  return async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
}
