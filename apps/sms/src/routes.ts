import type { HttpApp } from "@breakwater/platform";
import type { SmsContext } from "./context.ts";
import type { DeviceListener } from "./device-listener.ts";
import type { EnrolmentDeps } from "./devices/index.ts";
import { registerAgentApi } from "./devices/index.ts";
import { registerDevices } from "./devices/routes.ts";
import { bundleFor, markSent, provideDevice, recordProgress } from "./distribution/index.ts";
import { registerDistribution } from "./distribution/routes.ts";
import { ingestEvents } from "./events/index.ts";
import { registerEvents } from "./events/routes.ts";
import { registerExceptions } from "./exceptions/routes.ts";
import { presentFeeds } from "./feeds/index.ts";
import { registerFeeds } from "./feeds/routes.ts";
import { fleetView } from "./fleet-view.ts";
import { registerImports } from "./imports/routes.ts";
import { registerJobs } from "./jobs/routes.ts";
import { registerOverview } from "./overview/routes.ts";
import { overviewFacts } from "./overview-facts.ts";
import { defaultProfileId, savedFilters } from "./profiles/index.ts";
import { registerProfiles } from "./profiles/routes.ts";
import { sourcesOf } from "./reputation/index.ts";
import { registerReputation } from "./reputation/routes.ts";
import { registerSafeguards } from "./safeguards/routes.ts";
import { registerSources } from "./sources/routes.ts";
import { registerTagCategories } from "./tag-categories/routes.ts";
import { connectionFacts } from "./vision-one/index.ts";
import { registerVisionOne } from "./vision-one/routes.ts";
import { registerWebApi } from "./web-api/routes.ts";

/** Brings a device what its profile was last distributed as, beside whatever else is going on. */
function provideSoon(context: SmsContext): (device: Parameters<typeof provideDevice>[1]) => void {
  return (device) => {
    provideDevice(context.distribution, device).catch((error: unknown) => {
      context.log.error({ err: error, device }, "cannot provide a device; its connect will");
    });
  };
}

export function enrolmentDeps(context: SmsContext): EnrolmentDeps {
  const { db, clock, ca, registry, accounts } = context;
  return {
    db,
    clock,
    trustDomain: () => ca.trustDomain,
    registry,
    defaultProfile: defaultProfileId,
    audit: accounts.audit,
    onEnrolled: provideSoon(context),
  };
}

export function registerAgentRoutes(listener: DeviceListener, context: SmsContext): void {
  const { db, clock, push, snapshots, distribution, hub } = context;
  registerAgentApi(listener.app, {
    db,
    clock,
    push,
    snapshots,
    provide: (device) => provideDevice(distribution, device),
    onActivation: (tx, device, activation) => recordProgress(tx, device, activation, clock.now()),
    onPosition: (device, set) => {
      push.settleOn(device, set).catch((error: unknown) => {
        context.log.error({ err: error, device }, "cannot settle a stream on its set");
      });
    },
    bundle: async (device, sha256) => {
      const bytes = await bundleFor(db, device, sha256);
      if (bytes !== undefined) await markSent(db, device, sha256, clock.now());
      return bytes;
    },
    ingest: (device, batch) =>
      ingestEvents(
        { db, clock, sourcesOf, onStored: () => hub.current?.eventsStored() },
        device,
        batch,
      ),
  });
}

/** How the connection does as a source of entries. */
async function connectionCondition({ db, hub }: SmsContext) {
  const { state, summary, elsewhere } = await connectionFacts(db, hub);
  if (elsewhere) return { state: "idle", summary } as const;
  if (state === "not-connected") return { state: "off", summary } as const;
  return { state: state === "connected" ? "ok" : "failed", summary } as const;
}

export type WebRoutes = { listener: DeviceListener; deviceUrl: () => string };

export function registerWebRoutes(app: HttpApp, context: SmsContext, devices: WebRoutes): void {
  const { db, clock, ca, accounts, registry, push } = context;
  accounts.register(app);
  registerReputation(app, {
    ...context.reputation,
    audit: accounts.audit,
    fleet: () => fleetView(context),
    jobs: context.jobs,
    kind: context.jobKinds.bulk,
  });
  registerTagCategories(app, { db, audit: accounts.audit, readFilters: savedFilters });
  registerWebApi(app, {
    ...context.reputation,
    pool: context.pool,
    log: context.log,
    audit: accounts.audit,
    authentication: {
      checkKey: accounts.checkKey,
      checkPassword: (credentials) => accounts.credentials.check(credentials),
      queryCredentials: context.config.webApi.queryCredentials,
    },
  });
  registerProfiles(app, { db, clock, audit: accounts.audit });
  registerDistribution(app, context.distribution);
  registerDevices(app, {
    db,
    clock,
    audit: accounts.audit,
    registry,
    ca: () => ca,
    deviceUrl: devices.deviceUrl,
    trustDomain: () => ca.trustDomain,
    verifier: () => devices.listener.verifier,
    onAssigned: provideSoon(context),
    isConnected: (device) => push.isConnected(device),
  });
  registerEvents(app, { db });
  registerExceptions(app, {
    ...context.reputation,
    audit: accounts.audit,
    onExpiry: (time) => {
      for (const listener of context.exceptionListeners) listener(time);
    },
  });
  registerSafeguards(app, {
    ...context.reputation,
    audit: accounts.audit,
    jobs: context.jobs,
    review: context.jobKinds.safeguardsReview,
  });
  registerJobs(app, context.jobs);
  registerImports(app, { jobs: context.jobs, kind: context.jobKinds.imports });
  registerFeeds(app, {
    db,
    clock,
    audit: accounts.audit,
    jobs: context.jobs,
    kind: context.jobKinds.feeds,
    withdraw: context.jobKinds.sources,
    secrets: context.secrets,
    random: Math.random,
    readFilters: savedFilters,
  });
  registerSources(app, {
    db,
    jobs: context.jobs,
    kind: context.jobKinds.sources,
    feeds: presentFeeds,
    connection: () => connectionCondition(context),
  });
  registerVisionOne(app, { db, clock, hub: context.hub });
  registerOverview(app, () => overviewFacts(context));
}
