import type { IdentityStore } from "@breakwater/pki";
import {
  AGENT_CAPABILITY,
  type DeviceReport,
  type EngineState as ReportedState,
  type SetPosition,
} from "@breakwater/protocol";
import type { Spool } from "@breakwater/spool";
import type { EngineState } from "@breakwater/suricata";
import type { AgentConfig } from "../config.ts";
import type { DataPlane } from "../data-plane/data-plane.ts";
import type { Activation } from "../policy/activation.ts";
import type { Alarms } from "./alarms.ts";
import { freeBytes, ownAddresses } from "./inventory.ts";

export type ReportSources = {
  readonly config: AgentConfig;
  readonly agentVersion: string;
  readonly engineVersion: string;
  readonly plane: DataPlane;
  position: SetPosition | undefined;
  readonly activation: Activation;
  readonly spool: Spool;
  readonly identity: IdentityStore;
  readonly alarms: Alarms;
  readonly now: () => number;
};

/** The device as it is now, for the SMS. */
export async function buildReport(sources: ReportSources): Promise<DeviceReport> {
  const { config, plane, position, activation, spool, identity, alarms } = sources;
  const { inForce, notInForce, exceptions } = plane.status();
  const { pending, bytes, dropped } = spool.status();
  const message = plane.message;
  const report = activation.report();
  return {
    capability: AGENT_CAPABILITY,
    time: new Date(sources.now()).toISOString(),
    name: config.name,
    addresses: ownAddresses(),
    model: config.model,
    agentVersion: sources.agentVersion,
    engineVersion: sources.engineVersion,
    engine: reportedState(plane.engineState, message),
    ...(message === undefined ? {} : { engineMessage: message.slice(0, 2000) }),
    ...(position === undefined ? {} : { position }),
    inForce,
    capacity: config.maxMembers,
    exceptions,
    notInForce,
    activeBundle: activation.active ?? null,
    ...(report === undefined ? {} : { activation: report }),
    spool: { events: pending, bytes, dropped },
    certificateExpires: new Date(identity.current()?.meta.notAfter ?? 0).toISOString(),
    diskFreeBytes: await freeBytes(config.dataDirectory),
    alarms: alarms.list(),
  };
}

function reportedState(state: EngineState, message: string | undefined): ReportedState {
  switch (state) {
    case "running":
      return "running";
    case "starting":
      return "starting";
    case "restarting":
      return "failed";
    case "stopped":
      return message === undefined ? "stopped" : "failed";
  }
}
