import { randomUUID } from "node:crypto";
import type { TLSSocket } from "node:tls";
import {
  type CertificateAuthority,
  certificateFacts,
  createCa,
  createEstHandler,
  createPeerVerifier,
  decideEnrolment,
  type EnrolRequest,
  EST_PATH,
  errorReply,
  issueServerCredentials,
  mintToken,
  openCa,
  type PeerVerifier,
  PkiError,
  serverTlsOptions,
  type TokenRow,
} from "@breakwater/pki";
import { formatError, HttpApp, NdjsonStream, silentLog } from "@breakwater/platform";
import {
  AppError,
  type FeedChange,
  type FeedObject,
  type FeedPosition,
  type ObjectStreamLine,
  ProductId,
  type ProductStatus,
  productApi,
  type SharedDetection,
} from "@breakwater/protocol";
import { feedObjectDigest, sumDigests, toFeedChecksum } from "@breakwater/reputation-set";

const PAGE = 100;

/** A hub as an SMS sees it: enrolment, object feed, detections, status; all in memory, over real TLS. */
export class FakeHub {
  readonly objects = new Map<string, FeedObject>();
  readonly detections: SharedDetection[] = [];
  readonly statuses: ProductStatus[] = [];
  /** Requests by path, for counting. */
  readonly requests: string[] = [];
  /** Answers of these paths fail so often. */
  readonly failures = new Map<string, number>();
  /** Detections are stored, but the answer is lost, so often. */
  lostAnswers = 0;
  disconnected = 0;
  url = "";
  readonly #ca: CertificateAuthority;
  readonly #tokens = new Map<string, TokenRow>();
  readonly #issued = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #positions = new Map<string, number>();
  readonly #streams = new Set<NdjsonStream>();
  readonly #sockets = new Set<TLSSocket>();
  #history: FeedChange[] = [];
  #epoch = randomUUID();
  #revision = 0;
  #app: HttpApp | undefined;
  #verifier: PeerVerifier | undefined;

  private constructor(ca: CertificateAuthority) {
    this.#ca = ca;
  }

  static async start(): Promise<FakeHub> {
    const subject = { trustDomain: "hub.breakwater", name: "Fake hub" };
    const hub = new FakeHub(await openCa(await createCa(subject, Date.now), {}));
    await hub.listen(0);
    return hub;
  }

  async listen(port: number): Promise<void> {
    const credentials = await issueServerCredentials(this.#ca, ["127.0.0.1"], Date.now());
    const verifier = createPeerVerifier({
      trustDomain: this.#ca.trustDomain,
      kinds: ["sms"],
      now: Date.now,
      lookup: (_, fingerprint) =>
        this.#revoked.has(fingerprint)
          ? "revoked"
          : this.#issued.has(fingerprint)
            ? "active"
            : "unknown",
    });
    const app = await HttpApp.create({
      log: silentLog(),
      title: "Fake hub",
      version: "1",
      tls: serverTlsOptions(credentials),
      formatErrorFor: () => (error, id) =>
        error instanceof PkiError ? errorReply(error.reason, id) : formatError(error, id),
      authenticate: async ({ raw, url }) => {
        if (url.startsWith(EST_PATH)) return undefined;
        this.#note(url);
        const peer = verifier.check(raw);
        if (peer.kind === "refused") throw new PkiError(peer.code);
        const { id } = peer.identity;
        return { kind: "product", id, name: id, via: "api", permissions: new Set() };
      },
    });
    app.tlsServer.on("secureConnection", (socket: TLSSocket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    verifier.attach(app.tlsServer);
    this.#verifier = verifier;
    this.#app = app;
    this.#registerEst(app, verifier);
    this.#registerRoutes(app);
    const bound = await app.listen({ host: "127.0.0.1", port });
    this.url = `https://127.0.0.1:${bound}`;
  }

  /** Everything is cut and nothing answers; `listen` with the port brings it back. */
  async stop(): Promise<void> {
    const closed = this.#app?.close();
    this.cut();
    this.#verifier?.stop();
    await closed;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  createToken(hours = 1): string {
    const expiresAt = Date.now() + hours * 3_600_000;
    const grant = { url: this.url, caPin: this.#ca.pin, kind: "sms" as const, expiresAt };
    const { token, id, secretHash } = mintToken(grant);
    this.#tokens.set(id, { secretHash, expiresAt, revokedAt: null, used: null });
    return token;
  }

  /** The hub's administrator disconnects the product. */
  revokeAll(): void {
    for (const fingerprint of this.#issued) this.#revoked.add(fingerprint);
    this.#verifier?.recheckAll();
  }

  set(...objects: (Partial<FeedObject> & { value: string })[]): void {
    const from = this.#revision;
    const changes = objects.map((object): FeedChange => {
      this.#revision += 1;
      const whole: FeedObject = {
        type: "ip",
        riskLevel: "High",
        scanAction: "block",
        source: "UDSO",
        description: "",
        lastModified: new Date().toISOString(),
        expires: null,
        ...object,
        revision: this.#revision,
      };
      this.objects.set(`${whole.type} ${whole.value}`, whole);
      return { change: "set", object: whole };
    });
    this.#push(from, changes);
  }

  delete(type: FeedObject["type"], value: string): void {
    if (!this.objects.delete(`${type} ${value}`)) throw new Error(`no object ${value}`);
    const from = this.#revision;
    this.#revision += 1;
    this.#push(from, [{ change: "deleted", type, value, revision: this.#revision }]);
  }

  /** Changes the list without telling anybody, as after a lost write. */
  forget(type: FeedObject["type"], value: string): void {
    this.objects.delete(`${type} ${value}`);
  }

  /** A restored backup: a new epoch, other revisions. */
  restore(): void {
    this.#epoch = randomUUID();
    this.#revision = 0;
    this.#history = [];
    const kept = [...this.objects.values()];
    this.objects.clear();
    for (const object of kept) this.set(object);
    this.cut();
  }

  position(): FeedPosition {
    const digests = [...this.objects.values()].map(feedObjectDigest);
    const checksum = toFeedChecksum(sumDigests(digests));
    return { epoch: this.#epoch, revision: this.#revision, checksum, count: digests.length };
  }

  #push(from: number, changes: FeedChange[]): void {
    this.#history = this.#history.concat(changes);
    const line: ObjectStreamLine = { t: "changes", from, changes, position: this.position() };
    for (const stream of this.#streams) stream.write(line);
  }

  #note(url: string): void {
    const path = url.split("?")[0] ?? url;
    this.requests.push(path);
    const left = this.failures.get(path) ?? 0;
    if (left === 0) return;
    this.failures.set(path, left - 1);
    throw new AppError("Unavailable", "The hub is being looked after.");
  }

  async #enrol(request: EnrolRequest) {
    const token = this.#tokens.get(request.tokenId);
    const decision = decideEnrolment(token, request, Date.now());
    if (decision.kind === "refused") return decision;
    if (decision.kind === "repeat") {
      return { kind: "issued" as const, certificatePem: decision.certificatePem };
    }
    const id = ProductId.parse(randomUUID());
    const { trustDomain } = this.#ca;
    const { certificatePem } = await request.issue({ trustDomain, kind: "sms", id });
    this.#issued.add(certificateFacts(certificatePem).fingerprint);
    const { publicKeyFingerprint } = request;
    if (token !== undefined) {
      const used = { publicKeyFingerprint, certificatePem };
      this.#tokens.set(request.tokenId, { ...token, used });
    }
    return { kind: "issued" as const, certificatePem };
  }

  #registerEst(app: HttpApp, verifier: PeerVerifier): void {
    const est = createEstHandler({
      ca: () => this.#ca,
      now: Date.now,
      checkPeer: (request) => verifier.check(request),
      port: {
        enroll: (request) => this.#enrol(request),
        reenroll: async (request) => {
          const { certificatePem } = await request.issue();
          this.#issued.add(certificateFacts(certificatePem).fingerprint);
          return { kind: "issued", certificatePem };
        },
      },
    });
    for (const method of ["GET", "POST"] as const) {
      app.raw(
        method,
        `${EST_PATH}*`,
        { summary: "EST", permission: "public" },
        (request, reply) => {
          est(request, reply);
        },
      );
    }
  }

  #registerRoutes(app: HttpApp): void {
    app.route(productApi, "GET /product/v1/objects/stream", async ({ principal, query, reply }) => {
      reply.hijack();
      const stream: NdjsonStream = new NdjsonStream(reply.raw, {
        onClose: () => this.#streams.delete(stream),
      });
      this.#streams.add(stream);
      const position = this.position();
      const product = ProductId.parse(principal?.id);
      stream.write({ t: "hello", product, time: new Date().toISOString(), position });
      const behind = this.#since(query.revision);
      if (query.epoch !== this.#epoch) stream.write({ t: "resync", position });
      else if (behind.length > 0) {
        stream.write({ t: "changes", from: query.revision, changes: behind, position });
      }
      return reply;
    });
    app.route(productApi, "GET /product/v1/objects", async ({ query }) => {
      const sorted = [...this.objects.keys()].toSorted();
      const rest = sorted.filter((key) => query.cursor === undefined || key > query.cursor);
      const keys = rest.slice(0, Math.min(PAGE, query.limit));
      const items = keys.flatMap((key) => this.objects.get(key) ?? []);
      const last = rest.length > keys.length ? keys.at(-1) : undefined;
      return {
        items,
        ...(last === undefined ? {} : { nextCursor: last }),
        position: this.position(),
      };
    });
    app.route(productApi, "GET /product/v1/objects/changes", async ({ query }) => {
      if (query.since > this.#revision) throw new AppError("StaleVersion", "From the future.");
      const changes = this.#since(query.since);
      return { changes, more: false, position: this.position() };
    });
    app.route(productApi, "POST /product/v1/detections", async ({ body, principal }) => {
      const key = `${principal?.id} ${body.epoch}`;
      const wanted = this.#positions.get(key) ?? 0;
      const fresh = body.records.filter((one) => one.seq >= wanted);
      this.detections.push(...fresh.map((one) => one.record));
      const next = (fresh.at(-1)?.seq ?? wanted - 1) + 1;
      this.#positions.set(key, next);
      if (this.lostAnswers > 0) {
        this.lostAnswers -= 1;
        throw new AppError("Unavailable", "Stored, but you do not hear of it.");
      }
      return { next };
    });
    app.route(productApi, "POST /product/v1/status", async ({ body }) => {
      this.statuses.push(body);
      return { time: new Date().toISOString() };
    });
    app.route(productApi, "POST /product/v1/disconnect", async () => {
      this.disconnected += 1;
      return undefined;
    });
  }

  #since(revision: number): FeedChange[] {
    const of = (one: FeedChange) => (one.change === "set" ? one.object.revision : one.revision);
    return this.#history.filter((one) => of(one) > revision);
  }
}
