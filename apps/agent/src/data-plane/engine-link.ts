import {
  type CommandSocket,
  type Engine,
  type EngineCommands,
  engineCommands,
} from "@breakwater/suricata";

const RETRY_MS = 200;

/**
 * The one connection to the command socket, kept open while the engine runs. `onOpen` is called
 * with every new one: what was in flight on the old one may or may not have happened.
 */
export class EngineLink {
  readonly #engine: Engine;
  readonly #onOpen: () => void;
  #socket: CommandSocket | undefined;
  #commands: EngineCommands | undefined;
  #connecting = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(engine: Engine, onOpen: () => void) {
    this.#engine = engine;
    this.#onOpen = onOpen;
  }

  /** Undefined while there is no connection. */
  get commands(): EngineCommands | undefined {
    return this.#socket?.isOpen === true ? this.#commands : undefined;
  }

  /** Opens the connection, and again whenever it closes while the engine runs. */
  async open(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#connecting || this.commands !== undefined) return;
    if (this.#engine.state !== "running") return;
    this.#connecting = true;
    try {
      const socket = await this.#engine.connect();
      this.#socket = socket;
      this.#commands = engineCommands(socket.send);
      void socket.closed.then(() => this.#later());
    } catch {
      this.#later();
      return;
    } finally {
      this.#connecting = false;
    }
    this.#onOpen();
  }

  close(): void {
    this.#stopped = true;
    this.drop();
  }

  /** Closes this connection; another may be opened. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = undefined;
    this.#commands = undefined;
  }

  #later(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.open(), RETRY_MS);
  }
}
