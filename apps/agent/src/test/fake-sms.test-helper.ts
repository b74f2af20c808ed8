import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import {
  createCa,
  createEstHandler,
  createPeerVerifier,
  decideEnrolment,
  type EnrolmentPort,
  type IssuedCertificate,
  issueServerCredentials,
  mintToken,
  openCa,
  serverTlsOptions,
  type TokenRow,
} from "@breakwater/pki";
import {
  type BundleOffer,
  DEFAULT_ACTION_SETS,
  type DetectionEvent,
  DeviceId,
  DeviceReport,
  DistributionId,
  EventBatch,
  ProfileBundle,
  ProfileId,
  type ReputationFilter,
  type SetChanges,
  type SetDelta,
  SetId,
  type SetOperation,
  type SetPosition,
  Sha256,
  type StreamLine,
} from "@breakwater/protocol";
import { encodeSnapshot, makeDelta, positionOf, ReputationIndex } from "@breakwater/reputation-set";

const TRUST_DOMAIN = "test.breakwater";
const POLICY_ID = "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11";

type Received = { seq: number; record: DetectionEvent };
type Stream = { response: Http2ServerResponse; set: string | null };

/** The filters most tests use: numbers are 1 block, 2 permit + notify, 3 silent block, 4 trust, 5 reset. */
export const FILTERS: readonly ReputationFilter[] = [
  "Block + Notify",
  "Permit + Notify",
  "Block",
  "Trust",
  "Block (TCP Reset) + Notify",
].map((name, i) => {
  const actionSet = DEFAULT_ACTION_SETS.find((one) => one.name === name);
  if (actionSet === undefined) throw new Error(`no action set ${name}`);
  return {
    number: i + 1,
    name: `Filter ${i + 1}: ${name}`,
    state: "enabled",
    locked: false,
    actionSet,
    types: { ipv4: true, ipv6: true, dns: true, url: true, fileHash: true },
    untaggedEntries: true,
    taggedEntries: true,
    criteria: [],
  };
});

/** An SMS as an agent sees it: EST, push stream, snapshots, bundles, state and events, over real mutual TLS. */
export class FakeSms {
  readonly events = new Map<string, { next: number; records: Received[] }>();
  readonly reports: DeviceReport[] = [];
  index = new ReputationIndex();
  set = SetId.parse(randomUUID());
  version = 1;
  /** Answers to event batches are lost this many times, after they were committed. */
  loseAnswers = 0;
  snapshotsServed = 0;
  refusing = false;
  /** Downloads of the set end in the middle, with the connection. */
  breaksSnapshots = false;
  /** Fingerprints of the certificates that were accepted. */
  readonly certificatesSeen = new Set<string>();
  #deltas: SetDelta[] = [];
  #bundles = new Map<string, Buffer>();
  #offer: BundleOffer | null = null;
  #server: Http2SecureServer | undefined;
  #sockets = new Set<TLSSocket>();
  #streams = new Set<Stream>();
  #port = 0;
  readonly #pki: Awaited<ReturnType<typeof makePki>>;

  private constructor(pki: Awaited<ReturnType<typeof makePki>>) {
    this.#pki = pki;
  }

  static async start(): Promise<FakeSms> {
    const sms = new FakeSms(await makePki());
    await sms.up();
    return sms;
  }

  get url(): string {
    return `https://localhost:${this.#port}`;
  }

  token(lifetimeMs = 3_600_000): string {
    return this.#pki.token(this.url, Date.now() + lifetimeMs);
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    const server = createSecureServer(
      { ...this.#pki.tls, allowHTTP1: true },
      (request, response) => {
        void this.#answer(request, response).catch(() => response.destroy());
      },
    );
    this.#server = server;
    server.on("secureConnection", (socket: TLSSocket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#pki.verifier.attach(server);
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Gone at once, as after kill -9. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#streams.clear();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  async close(): Promise<void> {
    await this.down();
    this.#pki.verifier.stop();
  }

  get connected(): number {
    return this.#streams.size;
  }

  position(): SetPosition {
    return positionOf(this.index, this.set, this.version);
  }

  add(type: SetOperation[1], value: string, filter = 1): void {
    this.change([["+", type, value, filter]]);
  }

  remove(type: SetOperation[1], value: string): void {
    this.change([["-", type, value]]);
  }

  change(operations: SetOperation[]): void {
    const delta = makeDelta(this.index, this.set, this.version, this.version + 1, operations);
    this.version += 1;
    this.#deltas.push(delta);
    for (const stream of this.#streams)
      if (stream.set === this.set) write(stream, { t: "delta", delta });
  }

  /** A new policy with a set of its own; returns its distribution. */
  distribute(changes: Partial<ProfileBundle> = {}, sameSet = false): DistributionId {
    if (!sameSet) {
      const members = [...this.index.members()];
      this.index = new ReputationIndex();
      for (const { type, value, filter } of members) this.index.put(type, value, filter);
      this.set = SetId.parse(randomUUID());
      this.version = 1;
      this.#deltas = [];
    }
    const bundle = ProfileBundle.parse({
      profileId: ProfileId.parse(POLICY_ID),
      profileName: "Default",
      profileVersion: 1,
      policyId: POLICY_ID,
      set: this.set,
      filters: FILTERS,
      customRules: "",
      httpContext: { enabled: false, clientIpHeader: null },
      failureMode: "closed",
      ...changes,
    });
    const bytes = Buffer.from(JSON.stringify(bundle));
    const sha256 = Sha256.parse(createHash("sha256").update(bytes).digest("hex"));
    this.#bundles.set(sha256, bytes);
    const distribution = DistributionId.parse(randomUUID());
    this.#offer = { distribution, sha256, size: bytes.length };
    for (const stream of this.#streams) write(stream, { t: "bundle", offer: this.#offer });
    return distribution;
  }

  /** Every event stored, over all epochs, in order. */
  allEvents(): DetectionEvent[] {
    return [...this.events.values()].flatMap(({ records }) => records.map(({ record }) => record));
  }

  async #answer(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    if (this.#pki.est(request, response)) return;
    const peer = this.#pki.verifier.check(request);
    if (peer.kind === "refused" || this.refusing) {
      const code = peer.kind === "refused" ? peer.code : "CertificateRevoked";
      return json(response, 403, { error: { code, message: "refused" } });
    }
    this.certificatesSeen.add(peer.fingerprint);
    const url = new URL(request.url, this.url);
    if (url.pathname === "/agent/v1/stream")
      return this.#openStream(url, response, peer.identity.id);
    if (url.pathname === "/agent/v1/state") {
      this.reports.push(DeviceReport.parse(JSON.parse(await bodyOf(request))));
      return json(response, 200, { time: new Date().toISOString() });
    }
    if (url.pathname === "/agent/v1/events")
      return this.#takeEvents(await bodyOf(request), response);
    const bundle = this.#bundles.get(url.pathname.replace("/agent/v1/bundles/", ""));
    if (bundle !== undefined) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(bundle);
      return;
    }
    if (url.pathname === `/agent/v1/sets/${this.set}/snapshot`) return this.#sendSnapshot(response);
    if (url.pathname === `/agent/v1/sets/${this.set}/changes`)
      return json(response, 200, this.#changes(Number(url.searchParams.get("version"))));
    json(response, 404, { error: { code: "NotFound", message: url.pathname } });
  }

  #openStream(url: URL, response: Http2ServerResponse, device: string): void {
    const stream: Stream = { response, set: url.searchParams.get("set") };
    const have = Number(url.searchParams.get("version"));
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
    const time = new Date().toISOString();
    const position = this.position();
    const hello = {
      t: "hello",
      capability: 1,
      device: DeviceId.parse(device),
      deviceName: "device",
      time,
    } as const;
    write(stream, { ...hello, bundle: this.#offer, position });
    if (stream.set !== this.set || have === this.version) return;
    const from = this.#deltas.findIndex((delta) => delta.from === have);
    if (from < 0) write(stream, { t: "resync", position });
    else for (const delta of this.#deltas.slice(from)) write(stream, { t: "delta", delta });
  }

  #takeEvents(body: string, response: Http2ServerResponse): void {
    const batch = EventBatch.parse(JSON.parse(body));
    const known = this.events.get(batch.epoch) ?? { next: 0, records: [] };
    this.events.set(batch.epoch, known);
    for (const one of batch.records) {
      if (one.seq < known.next) continue;
      if (one.seq > known.next && one.record.kind !== "gap") break;
      known.records.push(one);
      known.next = one.seq + 1;
    }
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1;
      response.stream?.destroy();
      return;
    }
    json(response, 200, { next: known.next });
  }

  #changes(since: number): SetChanges {
    const delta = this.#deltas.find(({ from }) => from === since) ?? null;
    return { position: this.position(), delta };
  }

  #sendSnapshot(response: Http2ServerResponse): void {
    this.snapshotsServed += 1;
    response.writeHead(200, { "content-encoding": "gzip" });
    const snapshot = Buffer.concat([...encodeSnapshot(this.index, this.set, this.version)]);
    const bytes = gzipSync(snapshot);
    if (!this.breaksSnapshots) {
      response.end(bytes);
      return;
    }
    response.write(bytes.subarray(0, bytes.length / 2), () => {
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

function write({ response }: Stream, line: StreamLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}

function json(response: Http2ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: Http2ServerRequest): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function makePki() {
  const now = Date.now;
  const ca = await openCa(await createCa({ trustDomain: TRUST_DOMAIN, name: "Test" }, now));
  const tokens = new Map<string, TokenRow>();
  const certificates = new Map<string, IssuedCertificate>();
  const port: EnrolmentPort = {
    enroll: async (request) => {
      const row = tokens.get(request.tokenId);
      const decision = decideEnrolment(row, request, now());
      if (decision.kind === "refused") return decision;
      if (decision.kind === "repeat")
        return { kind: "issued", certificatePem: decision.certificatePem };
      if (row === undefined) return { kind: "refused", code: "TokenUnknown" };
      const id = DeviceId.parse(randomUUID());
      const issued = await request.issue({ trustDomain: TRUST_DOMAIN, kind: "device", id });
      certificates.set(issued.fingerprint, issued);
      tokens.set(request.tokenId, { ...row, used: issued });
      return { kind: "issued", certificatePem: issued.certificatePem };
    },
    reenroll: async (request) => {
      const issued = await request.issue();
      certificates.set(issued.fingerprint, issued);
      return { kind: "issued", certificatePem: issued.certificatePem };
    },
  };
  const verifier = createPeerVerifier({
    trustDomain: TRUST_DOMAIN,
    kinds: ["device"],
    lookup: (_, fingerprint) => (certificates.has(fingerprint) ? "active" : "unknown"),
    now,
  });
  const est = createEstHandler({
    ca: () => ca,
    port,
    checkPeer: verifier.check,
    now,
    onEvent: () => undefined,
  });
  const tls = serverTlsOptions(await issueServerCredentials(ca, ["localhost", "127.0.0.1"], now()));
  return {
    est,
    tls,
    verifier,
    token(url: string, expiresAt: number): string {
      const minted = mintToken({ url, caPin: ca.pin, kind: "device", expiresAt });
      tokens.set(minted.id, {
        secretHash: minted.secretHash,
        expiresAt,
        revokedAt: null,
        used: null,
      });
      return minted.token;
    },
  };
}
