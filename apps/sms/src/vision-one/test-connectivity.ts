import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { type IdentityStore, type StoredIdentity, serverNameFor } from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import { messageOf, ObjectPage, type TestStep } from "@breakwater/protocol";
import type { HubClient } from "./hub-client.ts";

const STEP_MS = 10_000;
const LIST = "/product/v1/objects?limit=1";
/** Certificates start an hour before they are issued; beyond a few minutes something is wrong. */
const MOST_SKEW_MS = 5 * 60_000;

export type ConnectivityTest = { ok: boolean; steps: TestStep[] };

type Step = {
  name: string;
  /** What to do when it fails. */
  remedy: string;
  /** Returns what was found; throws what is wrong. */
  run: () => Promise<string>;
};

/** Every layer from name resolution to the hub's interfaces; after a failure the rest is skipped. */
export async function testConnectivity(
  identity: IdentityStore,
  client: HubClient | undefined,
  clock: Clock,
): Promise<ConnectivityTest> {
  const stored = identity.current();
  const steps =
    stored === undefined || client === undefined
      ? [notEnrolled()]
      : stepsFor(stored, identity, client, clock);
  const results: TestStep[] = [];
  try {
    for (const step of steps) {
      const broken = results.some((one) => one.result === "failed");
      results.push(broken ? skipped(step) : await perform(step));
    }
  } finally {
    client?.close();
  }
  return { ok: results.every((one) => one.result === "ok"), steps: results };
}

function notEnrolled(): Step {
  return {
    name: "Enrolment",
    remedy: "Create an enrollment token on the hub's Product Instance page and paste it here.",
    run: async () => {
      throw new Error("This SMS has no certificate of a hub.");
    },
  };
}

async function perform({ name, remedy, run }: Step): Promise<TestStep> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const detail = await run();
    return { step: name, result: "ok", milliseconds: took(), detail, remedy: "" };
  } catch (error) {
    return { step: name, result: "failed", milliseconds: took(), detail: messageOf(error), remedy };
  }
}

function skipped({ name }: Step): TestStep {
  const detail = "Not tried, because an earlier step failed.";
  return { step: name, result: "skipped", milliseconds: 0, detail, remedy: "" };
}

function stepsFor(
  { meta }: StoredIdentity,
  identity: IdentityStore,
  client: HubClient,
  clock: Clock,
): Step[] {
  const url = new URL(meta.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 443);
  return [
    {
      name: "Name resolution",
      remedy: `Check that the DNS servers of this machine know ${host}.`,
      run: () => resolveName(host),
    },
    {
      name: "TCP connection",
      remedy: `Allow connections from this machine to ${host} on port ${port} in every firewall between.`,
      run: () => openTcp(host, port),
    },
    {
      name: "TLS and CA",
      remedy:
        "Exempt the hub from TLS inspection. If the hub was set up anew, connect with a new enrollment token.",
      run: () => openTls(host, port, identity),
    },
    {
      name: "Credentials",
      remedy: "Connect with a new enrollment token.",
      run: async () => {
        await client.request("GET", LIST, ObjectPage);
        return `The hub accepts the certificate, which is valid until ${day(meta.notAfter)}.`;
      },
    },
    {
      name: "Clocks",
      remedy: "Set this machine's clock, or the hub's, by NTP.",
      run: () => compareClocks(client, clock),
    },
    {
      name: "Suspicious objects",
      remedy: "See the hub's log; its object list does not answer as it should.",
      run: async () => {
        const { value } = await client.request("GET", LIST, ObjectPage);
        return `The hub's list has ${value.position.count} objects at revision ${value.position.revision}.`;
      },
    },
  ];
}

async function resolveName(host: string): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address; nothing to resolve.`;
  const found = await lookup(host, { all: true });
  return `${host} is ${found.map(({ address }) => address).join(", ")}.`;
}

async function openTcp(host: string, port: number): Promise<string> {
  const socket = connectTcp({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(STEP_MS) });
    return `Connected to ${socket.remoteAddress ?? host} on port ${port}.`;
  } finally {
    socket.destroy();
  }
}

async function openTls(host: string, port: number, identity: IdentityStore): Promise<string> {
  const options = { host, port, ...serverNameFor(host), ...identity.tlsOptions() };
  const socket = connectTls({ ...options, ALPNProtocols: ["h2"] });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(STEP_MS) });
    const issuer = socket.getPeerX509Certificate()?.issuer.replaceAll("\n", ", ") ?? "unknown";
    return `${socket.getProtocol() ?? "TLS"}; the server's certificate is from ${issuer}.`;
  } finally {
    socket.destroy();
  }
}

async function compareClocks(client: HubClient, clock: Clock): Promise<string> {
  const { serverTime } = await client.request("GET", LIST, ObjectPage);
  if (serverTime === undefined) return "The hub does not tell its time.";
  const apart = Math.abs(clock.now().getTime() - serverTime);
  const seconds = Math.round(apart / 1000);
  if (apart > MOST_SKEW_MS) throw new Error(`The two clocks are ${seconds} seconds apart.`);
  return `The two clocks are ${seconds} seconds apart.`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
