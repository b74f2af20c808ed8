import { createEstTransport, enrollWithToken, openIdentityStore } from "@breakwater/pki";
import {
  AGENT_CAPABILITY,
  SetChanges,
  type SetId,
  type SetPosition,
  StreamLine,
} from "@breakwater/protocol";
import { SimulatedConnection } from "./simulated-connection.ts";

/** Single requests of an enrolled device over mutual TLS, without anything that an agent does by itself. */
export class DeviceClient {
  readonly #connection: SimulatedConnection;

  private constructor(connection: SimulatedConnection) {
    this.#connection = connection;
  }

  /** @param folder for its key and certificate */
  static async enroll(token: string, folder: string): Promise<DeviceClient> {
    const store = await openIdentityStore(folder);
    const transport = createEstTransport();
    await enrollWithToken({ token, kind: "device", store, transport, now: Date.now });
    return new DeviceClient(new SimulatedConnection(store));
  }

  /** Opens the push stream and leaves it open; resolves with the set's position that it begins with. */
  async follow(having?: SetPosition): Promise<SetPosition> {
    const known = having === undefined ? "" : `&set=${having.set}&version=${having.version}`;
    const lines = this.#connection.lines(`/agent/v1/stream?capability=${AGENT_CAPABILITY}${known}`);
    const first = await lines.next();
    const hello = first.done === true ? undefined : StreamLine.parse(JSON.parse(first.value));
    if (hello?.t !== "hello" || hello.position === null)
      throw new Error("there is no set to follow");
    void drain(lines);
    return hello.position;
  }

  /** A snapshot as it comes over the wire, compressed with Brotli. */
  snapshot(set: SetId): Promise<Buffer> {
    return this.#connection.get(`/agent/v1/sets/${set}/snapshot`, { "accept-encoding": "br" });
  }

  async changes({ set, version }: SetPosition): Promise<SetChanges> {
    const bytes = await this.#connection.get(`/agent/v1/sets/${set}/changes?version=${version}`);
    return SetChanges.parse(JSON.parse(bytes.toString()));
  }

  close(): void {
    this.#connection.close();
  }
}

/** Reads on, so that the other side never finds it full; ends with the connection. */
async function drain(lines: AsyncGenerator<string>): Promise<void> {
  try {
    for await (const _ of lines);
  } catch {
    return;
  }
}
