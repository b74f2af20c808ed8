import { setTimeout as sleep } from "node:timers/promises";
import type { IdentityStore } from "@breakwater/pki";
import { createEstTransport, enrollWithToken, openIdentityStore } from "@breakwater/pki";
import {
  AGENT_CAPABILITY,
  type BundleOffer,
  messageOf,
  ProfileBundle,
  type SetDelta,
  type SetPosition,
  StreamLine,
} from "@breakwater/protocol";
import { SimulatedConnection } from "./simulated-connection.ts";
import type { SimulatedCopies, SimulatedCopy } from "./simulated-copies.ts";
import {
  type Acknowledgement,
  type DeltaContent,
  monotonicMs,
} from "./simulated-fleet-messages.ts";
import { simulatedReport } from "./simulated-report.ts";

export type AgentEvents = {
  /** The SMS has answered a report with this position. */
  acknowledged: (done: Acknowledgement) => void;
  delta: (content: DeltaContent) => void;
  trouble: (message: string) => void;
};

type Times = Pick<Acknowledgement, "received" | "applied">;

/**
 * An agent without an engine. It speaks to the SMS as a real one does: enrolment, push stream and
 * reports on one connection, bundle and snapshot on another; it applies and proves every delta.
 */
export class SimulatedAgent {
  readonly #agent: number;
  readonly #identity: IdentityStore;
  readonly #copies: SimulatedCopies;
  readonly #events: AgentEvents;
  readonly #unanswered: { position: SetPosition; times: Times }[] = [];
  #main: SimulatedConnection | undefined;
  #bundle: BundleOffer | undefined;
  #copy: SimulatedCopy | undefined;
  /** The distribution reported as verified. */
  #verified: string | undefined;
  #reporting = false;
  #closed = false;
  /** A set was fetched: the stream is opened anew from its version, as it may be an older one. */
  #fetched = false;

  private constructor(
    agent: number,
    identity: IdentityStore,
    copies: SimulatedCopies,
    events: AgentEvents,
  ) {
    this.#agent = agent;
    this.#identity = identity;
    this.#copies = copies;
    this.#events = events;
  }

  static async enroll(
    options: { agent: number; token: string; folder: string; copies: SimulatedCopies },
    events: AgentEvents,
  ): Promise<SimulatedAgent> {
    const { agent, token, folder, copies } = options;
    const store = await openIdentityStore(folder);
    const transport = createEstTransport();
    await enrollWithToken({ token, kind: "device", store, transport, now: Date.now });
    return new SimulatedAgent(agent, store, copies, events);
  }

  /** Streams until closed; a broken stream is opened again from where the agent stands. */
  async run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (await this.#follow()) continue;
        if (!this.#closed) this.#events.trouble("the stream ended");
      } catch (error) {
        if (!this.#closed) this.#events.trouble(messageOf(error));
      }
      this.#main?.close();
      if (!this.#closed) await sleep(500 + Math.random() * 1500);
    }
  }

  close(): void {
    this.#closed = true;
    this.#main?.close();
  }

  /** Until the stream ends; true when it is to be opened anew at once. */
  async #follow(): Promise<boolean> {
    // Reports may be under way on the connection: only the stream is a new one.
    if (!this.#fetched) this.#main = new SimulatedConnection(this.#identity);
    this.#fetched = false;
    const main = this.#main;
    if (main === undefined) throw new Error("there is no connection");
    const { position } = this.#copy ?? {};
    const having = position === undefined ? "" : `&set=${position.set}&version=${position.version}`;
    const path = `/agent/v1/stream?capability=${AGENT_CAPABILITY}${having}`;
    for await (const text of main.lines(path)) {
      await this.#take(StreamLine.parse(JSON.parse(text)), monotonicMs());
      if (this.#fetched) return true;
    }
    return false;
  }

  async #take(line: StreamLine, received: number): Promise<void> {
    switch (line.t) {
      case "hello":
        if (line.bundle !== null) await this.#activate(line.bundle, received);
        // What the stream before could not report any more.
        return this.#report();
      case "bundle":
        return this.#activate(line.offer, received);
      case "resync":
        return this.#fetchSet(line.position.set, received);
      case "delta":
        return this.#apply(line.delta, received);
      case "heartbeat":
        return;
    }
  }

  async #activate(offer: BundleOffer, received: number): Promise<void> {
    if (offer.distribution === this.#bundle?.distribution) return;
    const bytes = await this.#bulk((bulk) => bulk.get(`/agent/v1/bundles/${offer.sha256}`));
    const { set } = ProfileBundle.parse(JSON.parse(bytes.toString()));
    this.#bundle = offer;
    if (set === this.#copy?.position.set) this.#changed(received);
    else await this.#fetchSet(set, received);
  }

  async #fetchSet(set: string, received: number): Promise<void> {
    const path = `/agent/v1/sets/${set}/snapshot`;
    this.#copy = await this.#copies.load(() => this.#bulk((bulk) => bulk.get(path)));
    this.#fetched = true;
    this.#changed(received);
  }

  #apply(delta: SetDelta, received: number): void {
    if (this.#copy?.apply(delta) !== true) return;
    const values = delta.operations.map(([, , value]) => value);
    this.#events.delta({ version: delta.to, values });
    this.#changed(received);
  }

  /** Bulk goes over a connection of its own, so that it never holds up a delta. */
  async #bulk(work: (bulk: SimulatedConnection) => Promise<Buffer>): Promise<Buffer> {
    const bulk = new SimulatedConnection(this.#identity);
    try {
      return await work(bulk);
    } finally {
      bulk.close();
    }
  }

  #changed(received: number): void {
    if (this.#copy === undefined) return;
    const times = { received, applied: monotonicMs() };
    this.#unanswered.push({ position: this.#copy.position, times });
    void this.#report();
  }

  /** One report at a time; what changes meanwhile goes together into the next. */
  async #report(): Promise<void> {
    if (this.#reporting || this.#unanswered.length === 0) return;
    this.#reporting = true;
    try {
      while (this.#unanswered.length > 0 && !this.#closed) await this.#reportOnce();
    } catch (error) {
      // The next change, or the next stream, reports again.
      if (!this.#closed) this.#events.trouble(messageOf(error));
    } finally {
      this.#reporting = false;
    }
  }

  async #reportOnce(): Promise<void> {
    const [main, bundle, position] = [this.#main, this.#bundle, this.#copy?.position];
    if (main === undefined || bundle === undefined || position === undefined) {
      throw new Error("the SMS sent changes before a bundle");
    }
    const covered = [...this.#unanswered];
    const verified = bundle.distribution !== this.#verified;
    const name = `simulated-${this.#agent}`;
    await main.post("/agent/v1/state", simulatedReport({ name, position, bundle, verified }));
    const answered = monotonicMs();
    this.#verified = bundle.distribution;
    this.#unanswered.splice(0, covered.length);
    for (const { position: at, times } of covered) {
      this.#events.acknowledged({ agent: this.#agent, version: at.version, ...times, answered });
    }
  }
}
