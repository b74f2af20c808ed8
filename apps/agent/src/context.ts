import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  createEstTransport,
  openIdentityStore,
  renewIdentity,
  startRenewal,
} from "@breakwater/pki";
import { type Log, sleep } from "@breakwater/platform";
import type { StreamLine } from "@breakwater/protocol";
import { ReputationIndex } from "@breakwater/reputation-set";
import { createLock, openNodeDisk, Spool, Tail } from "@breakwater/spool";
import { EVE_FILE } from "@breakwater/suricata";
import type { AgentConfig } from "./config.ts";
import { DataPlane } from "./data-plane/data-plane.ts";
import { compilePolicy, NO_POLICY } from "./data-plane/policy.ts";
import { removeFinished } from "./events/event-files.ts";
import { EventPump } from "./events/event-pump.ts";
import { Uploader } from "./events/uploader.ts";
import { Activation } from "./policy/activation.ts";
import { Alarms } from "./report/alarms.ts";
import { buildReport, type ReportSources } from "./report/build-report.ts";
import { engineVersion } from "./report/inventory.ts";
import { Reporter } from "./report/reporter.ts";
import { SetSync } from "./reputation/set-sync.ts";
import { Session } from "./session/session.ts";
import type { SessionState } from "./session/session-step.ts";
import { createLazyClient } from "./sms/lazy-client.ts";
import { PolicyStore } from "./storage/policy-store.ts";
import { SetStore } from "./storage/set-store.ts";

export const AGENT_VERSION = "0.1.0";
const SEGMENT_BYTES = 16 << 20;
const MAX_JOURNAL_BYTES = 16 << 20;

export type AgentContext = Awaited<ReturnType<typeof createContext>>;

/** Builds everything of one agent from its configuration and its data directory; nothing runs yet. */
export async function createContext(config: AgentConfig, log: Log) {
  const now = Date.now;
  const random = Math.random;
  const directory = (name: string) => join(config.dataDirectory, name);
  const identity = await openIdentityStore(directory("identity"));
  const policies = await PolicyStore.open(await openNodeDisk(directory("policy")));
  const sets = new SetStore({
    disk: await openNodeDisk(directory("sets")),
    maxMembers: config.maxMembers,
    maxJournalBytes: MAX_JOURNAL_BYTES,
  });
  const spool = await Spool.open({
    disk: await openNodeDisk(directory("spool")),
    newEpoch: () => randomBytes(8).toString("hex"),
    segmentBytes: Math.min(SEGMENT_BYTES, Math.floor(config.spoolBytes / 4)),
    maxBytes: config.spoolBytes,
    reserveBytes: config.spoolReserveBytes,
  });
  const active = await policies.active();
  const policy = active === undefined ? NO_POLICY : compilePolicy(active.bundle);
  const loaded = policy.set === undefined ? undefined : await sets.load(policy.set);

  const sms = createLazyClient(identity);
  const indexLock = createLock();
  const reporter = new Reporter({
    build: () => {
      acknowledge();
      return buildReport(reportSources);
    },
    post: sms.postState,
    onError: (error) => log.debug({ err: error }, "the status report was not delivered"),
  });
  const alarms = new Alarms((alarm, message) => {
    // Also here: while the SMS cannot be reached nobody reads a report.
    if (message === undefined) log.info({ alarm }, "alarm cleared");
    else log.warn({ alarm, message }, "alarm");
    reporter.changed();
  });
  const plane = new DataPlane(
    {
      directory: directory("engine"),
      interfaces: config.interfaces,
      netns: config.netns,
      suricata: config.suricata,
      sensorName: config.name,
      threads: config.threads,
      indexLock,
      now,
      log,
      setIsLost: policy.set !== undefined && loaded === undefined,
      onChange: () => {
        alarms.set("engine-rules", plane.alarm);
        reporter.changed();
      },
    },
    { policy, index: loaded?.index ?? new ReputationIndex() },
  );
  const sync = new SetSync({
    store: sets,
    fetch: sms.fetchSnapshot,
    check: sms.fetchChanges,
    indexLock,
    now,
    random,
    onChanged: (index, changes) => plane.changed(index, changes),
    onReplaced: async (index, set) => {
      // While another policy is being loaded, its own set counts.
      if (plane.world.policy.set === set) await plane.replaceIndex(index);
    },
    onPosition: () => reporter.changed(),
    reopenStream: () => session.restart(),
    onTrouble: (message) => alarms.set("set-sync", message),
  });
  const activation = new Activation({
    store: policies,
    active: active?.sha256,
    fetchBundle: sms.fetchBundle,
    obtainSet: async (set) => {
      const position = sync.position;
      if (position?.set === set) return { position, index: sync.index };
      const stored = await sets.load(set);
      if (stored !== undefined) return stored;
      return sets.receive(set, await sms.fetchSnapshot(set, AbortSignal.timeout(600_000)));
    },
    test: (next) => plane.test(next),
    load: (next, set) => {
      const isOwn = set.position.set === sync.position?.set;
      return plane.switchTo({ policy: next, index: isOwn ? sync.index : set.index });
    },
    verify: () => plane.verify(),
    rollBack: async () => {
      const back = await policies.active();
      const before = back === undefined ? NO_POLICY : compilePolicy(back.bundle);
      await plane.switchTo({ policy: before, index: sync.index });
    },
    onCommitted: async (_, set) => {
      if (set.position.set === sync.position?.set) return;
      await sets.keepOnly(
        new Set([set.position.set, sync.position?.set].filter((one) => one !== undefined)),
      );
      sync.follow(set.position.set, set);
    },
    onReport: () => reporter.changed(),
  });
  const uploader = new Uploader({
    spool,
    post: sms.postEvents,
    now: () => performance.now(),
    random,
    onError: (error) => log.debug({ err: error }, "events were not delivered"),
  });
  const evePath = join(plane.paths.log, EVE_FILE);
  const tail = new Tail({ path: evePath, from: spool.position });
  const segment = config.interfaces.join("-");
  const pump = new EventPump({
    tail,
    spool,
    context: () => ({ policy: plane.world.policy, index: plane.world.index, segment }),
    pending: () => plane.pending,
    onSpooled: () => uploader.spooled(),
    onTrouble: (message) => alarms.set("event-spool", message),
    sleep,
    onFinished: (paths) => void removeFinished(paths),
  });
  const renewal = await startRenewal({
    store: identity,
    renew: () => renewIdentity({ store: identity, now, transport: createEstTransport() }),
    now,
    random,
    clockFile: directory("identity-clock.json"),
    onEffect: (effect) => {
      if (effect.kind === "alarm") {
        alarms.set(
          "certificate",
          `The device certificate expires in ${effect.daysLeft} days and could not be renewed.`,
        );
      } else if (effect.kind === "alarm-cleared") alarms.set("certificate", undefined);
      else if (effect.kind === "clock-behind") {
        alarms.set(
          "clock",
          `The device clock is ${Math.round(effect.byMs / 1000)} s behind the SMS.`,
        );
      } else alarms.set("clock", undefined);
    },
    onFailure: (error) => log.warn({ err: error }, "the certificate was not renewed"),
  });
  const session = new Session({
    open: sms.openStream,
    position: () => sync.position,
    onLine: (line) => takeLine(line),
    onStateChange: (state, reason) => sessionChanged(state, reason),
    now: () => performance.now(),
    random,
  });

  /** What the SMS may count on: on disk, and with an engine that holds it. */
  function acknowledge(): void {
    if (plane.isSettled) reportSources.position = sync.durablePosition;
  }

  function takeLine(line: StreamLine): void {
    switch (line.t) {
      case "hello":
        renewal.noteServerTime(Date.parse(line.time));
        reporter.connected();
        uploader.connected();
        sync.feed({ kind: "hello", position: line.position });
        if (line.bundle !== null) activation.offer(line.bundle);
        return;
      case "delta":
        return sync.feed({ kind: "delta", delta: line.delta });
      case "resync":
        return sync.feed({ kind: "resync", position: line.position });
      case "bundle":
        return activation.offer(line.offer);
      case "heartbeat":
        return renewal.noteServerTime(Date.parse(line.time));
    }
  }

  function sessionChanged(state: SessionState, reason: string | undefined): void {
    log.info({ phase: state.phase, reason }, "connection to the SMS");
    if (state.phase !== "waiting") return;
    reporter.disconnected();
    const refusal = state.refusal;
    alarms.set("identity", refusal && `The SMS refuses this device's certificate: ${refusal}.`);
  }

  const reportSources: ReportSources = {
    config,
    agentVersion: AGENT_VERSION,
    engineVersion: await engineVersion(config.suricata),
    plane,
    position: undefined,
    activation,
    spool,
    identity,
    alarms,
    now,
  };
  if (policy.set !== undefined) sync.follow(policy.set, loaded);
  return {
    activation,
    alarms,
    evePath,
    identity,
    plane,
    pump,
    renewal,
    reporter,
    reportSources,
    session,
    sets,
    sms,
    spool,
    sync,
    tail,
    uploader,
  };
}

export function prepareDataDirectory(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
}
