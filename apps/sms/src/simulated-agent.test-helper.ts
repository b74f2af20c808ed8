import { mkdtemp, rm } from "node:fs/promises";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  createEstTransport,
  enrollWithToken,
  type IdentityStore,
  openIdentityStore,
  renewIdentity,
} from "@breakwater/pki";
import {
  AGENT_CAPABILITY,
  type BundleOffer,
  type DetectionEvent,
  type DeviceReport,
  ProfileBundle,
  SetChanges,
  type SetPosition,
  StreamLine,
} from "@breakwater/protocol";

type Reply = { status: number; headers: Record<string, unknown>; body: Buffer };

/** An agent without an engine: enrols, streams, fetches, reports and uploads over real mutual TLS. */
export class SimulatedAgent {
  readonly identity: IdentityStore;
  readonly #folder: string;
  readonly #url: string;
  #session: ClientHttp2Session | undefined;

  private constructor(folder: string, identity: IdentityStore, url: string) {
    this.#folder = folder;
    this.identity = identity;
    this.#url = url;
  }

  static async enroll(token: string): Promise<SimulatedAgent> {
    const folder = await mkdtemp(join(tmpdir(), "bw-agent-"));
    const store = await openIdentityStore(folder);
    const transport = createEstTransport();
    const stored = await enrollWithToken({
      token,
      kind: "device",
      store,
      transport,
      now: Date.now,
    });
    return new SimulatedAgent(folder, store, stored.meta.url);
  }

  get id(): string {
    return this.identity.current()?.identity.id ?? "";
  }

  async renew(): Promise<void> {
    await renewIdentity({ store: this.identity, transport: createEstTransport(), now: Date.now });
    this.disconnect();
  }

  /** Other requests of this agent share one connection; the stream has its own. */
  request(method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
    this.#session ??= this.connect();
    const session = this.#session;
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ":method": method,
        ":path": path,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      });
      let status = 0;
      let answered: Record<string, unknown> = {};
      const parts: Buffer[] = [];
      stream.on("response", (received) => {
        status = Number(received[":status"]);
        answered = { ...received };
      });
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("close", () =>
        status === 0
          ? reject(new Error("the connection was cut"))
          : resolve({ status, headers: answered, body: Buffer.concat(parts) }),
      );
      stream.on("error", reject);
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  connect(): ClientHttp2Session {
    const session = connect(this.#url, this.identity.tlsOptions());
    session.on("error", () => undefined);
    return session;
  }

  disconnect(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  stream(having?: { set: string; version: number }): AgentLines {
    const session = this.connect();
    const known = having === undefined ? "" : `&set=${having.set}&version=${having.version}`;
    const path = `/agent/v1/stream?capability=${AGENT_CAPABILITY}${known}`;
    return new AgentLines(session, path);
  }

  async bundle(offer: BundleOffer): Promise<ProfileBundle> {
    const { body } = await this.request("GET", `/agent/v1/bundles/${offer.sha256}`);
    return ProfileBundle.parse(JSON.parse(body.toString()));
  }

  async snapshot(set: string, encoding = "identity"): Promise<Buffer> {
    const path = `/agent/v1/sets/${set}/snapshot`;
    const { body, headers } = await this.request("GET", path, undefined, {
      "accept-encoding": encoding,
    });
    const used = headers["content-encoding"];
    return used === "br" ? brotliDecompressSync(body) : used === "gzip" ? gunzipSync(body) : body;
  }

  async changes(set: string, since: number): Promise<SetChanges> {
    const path = `/agent/v1/sets/${set}/changes?version=${since}`;
    const { status, body } = await this.request("GET", path);
    if (status !== 200) throw new Error(body.toString());
    return SetChanges.parse(JSON.parse(body.toString()));
  }

  async report(changes: Partial<DeviceReport> = {}): Promise<number> {
    const { status } = await this.request("POST", "/agent/v1/state", reportOf(changes));
    return status;
  }

  /** Acknowledges a position with everything in force. */
  acknowledge(position: SetPosition): Promise<number> {
    return this.report({ position, inForce: position.count });
  }

  async close(): Promise<void> {
    this.disconnect();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The lines of one push stream, in order, as they come. */
export class AgentLines {
  readonly #lines: StreamLine[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #session: ClientHttp2Session;
  readonly closed: Promise<void>;
  #paused: () => void;
  #text = "";
  status = 0;

  constructor(session: ClientHttp2Session, path: string) {
    this.#session = session;
    const stream = session.request({ ":path": path });
    this.#paused = () => stream.pause();
    stream.on("response", (headers) => {
      this.status = Number(headers[":status"]);
    });
    stream.on("error", () => undefined);
    stream.on("data", (part: Buffer) => this.#take(part.toString()));
    this.closed = new Promise((resolve) => {
      session.on("close", resolve);
      stream.on("close", resolve);
    });
  }

  /** The next line of this kind; waits for it. */
  async next<T extends StreamLine["t"]>(kind: T): Promise<Extract<StreamLine, { t: T }>> {
    for (;;) {
      const at = this.#lines.findIndex((line) => line.t === kind);
      const [found] = at < 0 ? [] : this.#lines.splice(at, 1);
      if (found !== undefined) return found as Extract<StreamLine, { t: T }>;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${kind} line came`)), 10_000);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  kinds(): string[] {
    return this.#lines.map((line) => line.t);
  }

  pause(): void {
    this.#paused();
  }

  close(): void {
    this.#session.destroy();
  }

  #take(text: string): void {
    const lines = (this.#text + text).split("\n");
    this.#text = lines.pop() ?? "";
    for (const line of lines) this.#lines.push(StreamLine.parse(JSON.parse(line)));
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

export function reportOf(changes: Partial<DeviceReport>): DeviceReport {
  return {
    capability: AGENT_CAPABILITY,
    time: new Date().toISOString(),
    name: "ips-1",
    addresses: ["192.0.2.10"],
    model: "lab",
    agentVersion: "0.1.0",
    engineVersion: "7.0.10",
    engine: "running",
    inForce: 0,
    capacity: 1_000_000,
    exceptions: [],
    notInForce: 0,
    activeBundle: null,
    spool: { events: 0, bytes: 0, dropped: 0 },
    certificateExpires: new Date(Date.now() + 300 * 86_400_000).toISOString(),
    diskFreeBytes: 100 * 1024 ** 3,
    alarms: [],
    ...changes,
  };
}

export function detection(changes: Partial<DetectionEvent> = {}): DetectionEvent {
  return {
    time: Date.now(),
    kind: "reputation",
    verdict: "blocked",
    matchedBy: "engine",
    name: "Vision One suspicious objects, high severity",
    filterNumber: 1,
    actionSet: "Block + Notify",
    severity: 4,
    protocol: "TCP",
    app: "http",
    src: "192.0.2.1",
    spt: 40_000,
    dst: "198.51.100.7",
    dpt: 80,
    overTls: false,
    cves: [],
    techniques: [],
    segment: "lab",
    count: 1,
    ...changes,
  };
}
