import type { Log } from "@breakwater/platform";
import type { SetId, SetPosition } from "@breakwater/protocol";
import type { ChangesSince } from "../../reputation/index.ts";
import { type AgentStream, plain } from "./agent-stream.ts";
import { deltaSince } from "./delta-since.ts";
import {
  announced,
  announcementDue,
  fellBehind,
  initialResyncDamper,
  type ResyncDamper,
  setMoved,
} from "./resync-damper.ts";

/** Changes that come together are told together. */
const COALESCE_MS = 10;

export type BroadcasterOptions = {
  set: SetId;
  log: Log;
  /** UNIX ms. */
  now: () => number;
  /** What changed since each of `versions`, all up to one and the same position. */
  read: (
    set: SetId,
    versions: readonly number[],
  ) => Promise<ReadonlyMap<number, ChangesSince> | undefined>;
};

/** `version`: what the stream has, "nothing", or "later" when it will ask for the snapshot by itself. */
export type Having = number | "nothing" | "later";
type Joiner = { stream: AgentStream; having: Having };

/**
 * Tells all streams of one set what changes. A delta is read once and serialised once, and every
 * stream at the same version gets the same bytes. Streams that join are brought to the same position
 * in the same read, so that the next delta fits them all. Streams that no delta reaches any more wait
 * until the set is quiet, or long enough, before they are told to fetch it.
 */
export class SetBroadcaster {
  readonly #options: BroadcasterOptions;
  readonly #streams = new Set<AgentStream>();
  /** Streams to be told to fetch the set. */
  readonly #behind = new Set<AgentStream>();
  readonly #joiners: Joiner[] = [];
  #damper: ResyncDamper = initialResyncDamper;
  #timer: NodeJS.Timeout | undefined;
  #announcement: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #position: SetPosition | undefined;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  /** Where the set stood when it was read last. */
  get position(): SetPosition | undefined {
    return this.#position;
  }

  /** The set is at `version`: is there anything left to tell? */
  isBehind(version: number): boolean {
    return this.#joiners.length > 0 || this.#position?.version !== version;
  }

  get isIdle(): boolean {
    return this.#streams.size + this.#behind.size + this.#joiners.length === 0;
  }

  join(stream: AgentStream, having: Having): Promise<void> {
    this.#joiners.push({ stream, having });
    return this.#runNow();
  }

  leave(stream: AgentStream): void {
    this.#streams.delete(stream);
    this.#behind.delete(stream);
    if (this.#behind.size === 0) this.#damper = announced(this.#damper);
    const at = this.#joiners.findIndex((joiner) => joiner.stream === stream);
    if (at >= 0) this.#joiners.splice(at, 1);
  }

  /** Something may have changed. */
  wake(): void {
    this.#timer ??= setTimeout(() => void this.#runNow(), COALESCE_MS);
  }

  /** Streams that were too slow are told again once they drain. */
  catchUpLaggards(): void {
    const position = this.#position;
    if (position === undefined) return;
    for (const stream of this.#streams) {
      if (stream.isLagging(position.set)) stream.sendResync(position);
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#announcement);
    this.#streams.clear();
    this.#behind.clear();
    this.#joiners.length = 0;
    await this.#running;
  }

  #runNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#running
      .then(() => this.#run())
      .catch((error: unknown) => {
        // The streams stay where they are; the next wake, at the latest the poll, tries again.
        this.#options.log.error({ err: error, set: this.#options.set }, "cannot read set changes");
      });
    return this.#running;
  }

  async #run(): Promise<void> {
    const joiners = [...this.#joiners];
    const versions = new Set(joiners.map((joiner) => joiner.having).filter(isVersion));
    if (this.#position !== undefined) versions.add(this.#position.version);
    if (this.isIdle) return;
    // A joiner without a version needs only the position.
    if (versions.size === 0) versions.add(Number.MAX_SAFE_INTEGER);
    const changes = await this.#options.read(this.#options.set, [...versions]);
    if (changes === undefined) return;
    this.#advance(changes);
    for (const joiner of joiners) this.#admit(joiner, changes);
    this.#announceWhenDue();
  }

  #advance(changes: ReadonlyMap<number, ChangesSince>): void {
    const before = this.#position;
    const [first] = changes.values();
    if (first === undefined) return;
    const since = before === undefined ? undefined : changes.get(before.version);
    this.#position = plain(first.position);
    if (before === undefined || since === undefined) return;
    if (before.version === this.#position.version) return;
    this.#damper = setMoved(this.#damper, this.#options.now());
    const line = deltaLine(before.version, since);
    for (const stream of this.#streams) {
      if (line === undefined) this.#fallBehind(stream);
      else stream.sendDelta(line, this.#position);
    }
  }

  #fallBehind(stream: AgentStream): void {
    this.#streams.delete(stream);
    this.#behind.add(stream);
    this.#damper = fellBehind(this.#damper, this.#options.now());
  }

  #announceWhenDue(): void {
    clearTimeout(this.#announcement);
    const due = announcementDue(this.#damper);
    if (due === undefined) return;
    const wait = due - this.#options.now();
    if (wait <= 0) this.#announce();
    else this.#announcement = setTimeout(() => this.#announceWhenDue(), wait);
  }

  #announce(): void {
    this.#damper = announced(this.#damper);
    for (const stream of this.#behind) {
      if (this.#position !== undefined) stream.sendResync(this.#position);
      this.#streams.add(stream);
    }
    this.#behind.clear();
  }

  #admit(joiner: Joiner, changes: ReadonlyMap<number, ChangesSince>): void {
    const at = this.#joiners.indexOf(joiner);
    const position = this.#position;
    if (at < 0 || position === undefined) return;
    this.#joiners.splice(at, 1);
    const { stream, having } = joiner;
    if (stream.closed) return;
    this.#streams.add(stream);
    if (having === "later" || having === position.version) {
      return stream.follow(position.set, position.version);
    }
    if (having === "nothing") return stream.sendResync(position);
    stream.follow(position.set, having);
    const line = deltaLine(having, changes.get(having));
    if (line === undefined) this.#fallBehind(stream);
    else stream.sendDelta(line, position);
  }
}

function isVersion(having: Having): having is number {
  return typeof having === "number";
}

function deltaLine(from: number, since: ChangesSince | undefined): Buffer | undefined {
  const delta = deltaSince(from, since);
  return delta && Buffer.from(`${JSON.stringify({ t: "delta", delta })}\n`);
}
