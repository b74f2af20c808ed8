import type { Clock, Log } from "@breakwater/platform";
import {
  type DeviceId,
  type SetId,
  type SetPosition,
  STREAM_HEARTBEAT_MS,
} from "@breakwater/protocol";
import type { ChangesSince } from "../../reputation/index.ts";
import type { Desired } from "../store.ts";
import type { AgentStream } from "./agent-stream.ts";
import { type BroadcasterOptions, type Having, SetBroadcaster } from "./set-broadcaster.ts";

export type PushHubOptions = {
  log: Log;
  clock: Clock;
  read: BroadcasterOptions["read"];
  desiredOf: (devices: readonly DeviceId[]) => Promise<Desired[]>;
  setVersions: () => Promise<readonly { set: SetId; version: number }[]>;
};

/** All open agent streams of this process, and what each must be told. */
export class PushHub {
  readonly #options: PushHubOptions;
  readonly #streams = new Map<DeviceId, Set<AgentStream>>();
  readonly #broadcasters = new Map<SetId, SetBroadcaster>();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: PushHubOptions) {
    this.#options = options;
  }

  start(): this {
    this.#heartbeat = setInterval(() => this.beat(), STREAM_HEARTBEAT_MS);
    this.#heartbeat.unref();
    return this;
  }

  isConnected(device: DeviceId): boolean {
    return this.#streams.has(device);
  }

  connectedDevices(): DeviceId[] {
    return [...this.#streams.keys()];
  }

  add(stream: AgentStream): void {
    const open = this.#streams.get(stream.device) ?? new Set();
    this.#streams.set(stream.device, open.add(stream));
  }

  remove(stream: AgentStream): void {
    const open = this.#streams.get(stream.device);
    open?.delete(stream);
    if (open?.size === 0) this.#streams.delete(stream.device);
    for (const set of stream.sets()) this.unfollow(stream, set);
  }

  /** Tells `stream` of every change of `set` from what it has on. */
  async follow(stream: AgentStream, set: SetId, having: Having): Promise<void> {
    const { clock, log, read } = this.#options;
    const now = () => clock.now().getTime();
    const broadcaster = this.#broadcasters.get(set) ?? new SetBroadcaster({ set, log, read, now });
    this.#broadcasters.set(set, broadcaster);
    await broadcaster.join(stream, having);
    // It may have been closed while the changes were read.
    if (stream.closed) broadcaster.leave(stream);
  }

  unfollow(stream: AgentStream, set: SetId): void {
    const broadcaster = this.#broadcasters.get(set);
    broadcaster?.leave(stream);
    stream.unfollow(set);
    if (broadcaster?.isIdle === true) this.#broadcasters.delete(set);
  }

  /** Where a set stands, if this device is told of it; undefined otherwise. */
  followedPosition(device: DeviceId, set: SetId): SetPosition | undefined {
    const follows = (stream: AgentStream) => stream.versionOf(set) !== undefined;
    if (![...(this.#streams.get(device) ?? [])].some(follows)) return undefined;
    return this.#broadcasters.get(set)?.position;
  }

  /** Read from the database; undefined when there is no such set. */
  async changesSince(set: SetId, version: number): Promise<ChangesSince | undefined> {
    return (await this.#options.read(set, [version]))?.get(version);
  }

  setsChanged(sets: readonly SetId[]): void {
    for (const set of sets) this.#broadcasters.get(set)?.wake();
  }

  /** An agent says which set it has in use: others are not told any more, unless desired. */
  async settleOn(device: DeviceId, set: SetId): Promise<void> {
    const others = (stream: AgentStream) => stream.sets().some((followed) => followed !== set);
    const streams = [...(this.#streams.get(device) ?? [])].filter(others);
    if (streams.length === 0) return;
    const [desired] = await this.#options.desiredOf([device]);
    for (const stream of streams) {
      for (const followed of stream.sets()) {
        if (followed !== set && followed !== desired?.set) this.unfollow(stream, followed);
      }
    }
  }

  /** Offers the desired bundle to devices that have not been told of it yet. */
  async offerBundles(devices: readonly DeviceId[] = this.connectedDevices()): Promise<void> {
    const connected = devices.filter((device) => this.#streams.has(device));
    if (connected.length === 0) return;
    for (const desired of await this.#options.desiredOf(connected)) {
      for (const stream of this.#streams.get(desired.device) ?? []) {
        await this.#offer(stream, desired);
      }
    }
  }

  /** The truth by polling, for notices that were missed. */
  async poll(): Promise<void> {
    if (this.#broadcasters.size > 0) {
      for (const { set, version } of await this.#options.setVersions()) {
        const broadcaster = this.#broadcasters.get(set);
        if (broadcaster?.isBehind(version) === true) broadcaster.wake();
      }
    }
    await this.offerBundles();
  }

  beat(): void {
    const time = this.#options.clock.now().toISOString();
    const line = Buffer.from(`${JSON.stringify({ t: "heartbeat", time })}\n`);
    for (const open of this.#streams.values()) for (const stream of open) stream.sendLine(line);
    for (const broadcaster of this.#broadcasters.values()) broadcaster.catchUpLaggards();
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    for (const open of this.#streams.values()) for (const stream of open) stream.end();
    await Promise.all([...this.#broadcasters.values()].map((one) => one.stop()));
  }

  async #offer(stream: AgentStream, { offer, set }: Desired): Promise<void> {
    if (offer === null || set === null || stream.offered === offer.distribution) return;
    if (!stream.send({ t: "bundle", offer })) return;
    stream.offered = offer.distribution;
    if (stream.versionOf(set) === undefined) await this.follow(stream, set, "later");
  }
}
