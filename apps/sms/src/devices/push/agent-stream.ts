import type { NdjsonStream } from "@breakwater/platform";
import type { DeviceId, SetId, SetPosition, StreamLine } from "@breakwater/protocol";

/** The part of an answer that is needed here. */
export type LineWriter = Pick<NdjsonStream, "closed" | "write" | "writeLine" | "end" | "destroy">;

/** What a stream has been told of one set. */
type Followed = { version: number; lagging: boolean };

/**
 * One agent's push stream: the sets it follows, the version told last of each, and the bundle told
 * last. A reader that is too slow loses deltas, never memory: it is told to fetch the snapshot.
 */
export class AgentStream {
  readonly device: DeviceId;
  readonly #stream: LineWriter;
  readonly #followed = new Map<SetId, Followed>();
  /** The distribution offered last. */
  offered: string | null = null;

  constructor(device: DeviceId, stream: LineWriter) {
    this.device = device;
    this.#stream = stream;
  }

  get closed(): boolean {
    return this.#stream.closed;
  }

  sets(): SetId[] {
    return [...this.#followed.keys()];
  }

  versionOf(set: SetId): number | undefined {
    return this.#followed.get(set)?.version;
  }

  unfollow(set: SetId): void {
    this.#followed.delete(set);
  }

  send(line: StreamLine): boolean {
    return this.#stream.write(line);
  }

  /** A line for many streams, serialised once. */
  sendLine(line: Buffer): boolean {
    return this.#stream.writeLine(line);
  }

  /** From here on the stream is taken to have `set` at `version`. */
  follow(set: SetId, version: number): void {
    this.#followed.set(set, { version, lagging: false });
  }

  /** Sends a delta that starts at this stream's version; a full stream falls back to resync. */
  sendDelta(line: Buffer, to: SetPosition): void {
    const followed = this.#followed.get(to.set);
    if (followed === undefined) return;
    followed.version = to.version;
    if (followed.lagging || !this.#stream.writeLine(line)) {
      followed.lagging = true;
      this.sendResync(to);
    }
  }

  /** Tells the agent to fetch the snapshot; kept for later when the stream is full. */
  sendResync(position: SetPosition): void {
    const lagging = !this.#stream.write({ t: "resync", position: plain(position) });
    this.#followed.set(position.set, { version: position.version, lagging });
  }

  isLagging(set: SetId): boolean {
    return this.#followed.get(set)?.lagging === true;
  }

  end(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

/** Without the columns that only the server knows. */
export function plain({ set, version, checksum, count }: SetPosition): SetPosition {
  return { set, version, checksum, count };
}
