import { connect, type Socket } from "node:net";
import { z } from "zod";
import { CommandError } from "./command-error.ts";
import { LineReader } from "./line-reader.ts";

/** Suricata 7.0.10 aborts on a command of 4,095 bytes; we stop well before. */
export const MAX_COMMAND_BYTES = 4000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const Answer = z.object({ return: z.enum(["OK", "NOK"]), message: z.unknown().optional() });

export type CommandAnswer = { ok: boolean; message: unknown };
/** `urgent` commands overtake waiting `bulk` ones; none is interrupted. */
export type CommandPriority = "urgent" | "bulk";
export type CommandOptions = { priority?: CommandPriority; timeoutMs?: number };
export type CommandArguments = Readonly<Record<string, string | number>>;

/** What the typed commands need of a connection. */
export type SendCommand = (
  command: string,
  args?: CommandArguments,
  options?: CommandOptions,
) => Promise<CommandAnswer>;

export type CommandSocketOptions = {
  path: string;
  connectTimeoutMs?: number;
  commandTimeoutMs?: number;
  /** Commands that may wait, both priorities together. */
  queueLimit?: number;
};

type Exchange = {
  command: string;
  line: string;
  timeoutMs: number;
  resolve: (answer: CommandAnswer) => void;
  reject: (error: CommandError) => void;
};

/**
 * One connection to the engine's command socket. The engine reads one command per
 * `recv`, drops clients that send two, and dies of a long one: so exactly one command is
 * in flight, each is one write, and long ones are refused here. It never reconnects; a
 * closed socket stays closed and the owner reconciles before it uses the next.
 */
export class CommandSocket {
  readonly #socket: Socket;
  readonly #commandTimeoutMs: number;
  readonly #queueLimit: number;
  readonly #reader = new LineReader(MAX_ANSWER_BYTES);
  readonly #queues: Record<CommandPriority, Exchange[]> = { urgent: [], bulk: [] };
  #inFlight: Exchange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closeReason: string | undefined;
  readonly closed: Promise<void>;

  private constructor(socket: Socket, options: CommandSocketOptions) {
    this.#socket = socket;
    this.#commandTimeoutMs = options.commandTimeoutMs ?? 30_000;
    this.#queueLimit = options.queueLimit ?? 10_000;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail("closed", error.message));
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#fail("closed", "the engine closed the connection");
        resolve();
      });
    });
  }

  /** Connects and shakes hands. @throws CommandError */
  static async connect(options: CommandSocketOptions): Promise<CommandSocket> {
    const timeoutMs = options.connectTimeoutMs ?? 5000;
    const socket = await openSocket(options.path, timeoutMs);
    const connection = new CommandSocket(socket, options);
    const answer = await connection.#enqueue("handshake", { version: "0.2" }, { timeoutMs });
    if (answer.ok) return connection;
    connection.close();
    throw new CommandError("protocol", "handshake", "the engine refused protocol version 0.2");
  }

  get isOpen(): boolean {
    return this.#closeReason === undefined;
  }

  /** Commands waiting, without the one in flight. */
  get waiting(): number {
    return this.#queues.urgent.length + this.#queues.bulk.length;
  }

  /** @throws CommandError, never for an answer `NOK`. */
  readonly send: SendCommand = (command, args, options = {}) =>
    this.#enqueue(
      command,
      args === undefined ? { command } : { command, arguments: args },
      options,
    );

  close(): void {
    this.#fail("closed", "the connection was closed here");
    this.#socket.destroy();
  }

  #enqueue(command: string, message: object, options: CommandOptions): Promise<CommandAnswer> {
    const line = `${JSON.stringify(message)}\n`;
    const refusal = this.#refusal(command, line);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? this.#commandTimeoutMs;
      const exchange = { command, line, timeoutMs, resolve, reject };
      this.#queues[options.priority ?? "urgent"].push(exchange);
      this.#next();
    });
  }

  #refusal(command: string, line: string): CommandError | undefined {
    if (this.#closeReason !== undefined) {
      return new CommandError("closed", command, this.#closeReason);
    }
    const bytes = Buffer.byteLength(line);
    if (bytes >= MAX_COMMAND_BYTES) {
      const reason = `${bytes} bytes are too long for the engine (limit ${MAX_COMMAND_BYTES})`;
      return new CommandError("too-long", command, reason);
    }
    if (this.waiting < this.#queueLimit) return undefined;
    return new CommandError("queue-full", command, `${this.#queueLimit} commands are waiting`);
  }

  #next(): void {
    if (this.#inFlight !== undefined) return;
    const exchange = this.#queues.urgent.shift() ?? this.#queues.bulk.shift();
    if (exchange === undefined) return;
    this.#inFlight = exchange;
    this.#timer = setTimeout(() => {
      this.#fail("timeout", `no answer within ${exchange.timeoutMs} ms`);
      this.#socket.destroy();
    }, exchange.timeoutMs);
    this.#socket.write(exchange.line);
  }

  #receive(chunk: Buffer): void {
    const lines = this.#reader.push(chunk);
    if (lines === undefined) return this.#breakOff("the answer is too long");
    for (const line of lines) this.#settle(line);
  }

  #settle(line: string): void {
    const exchange = this.#inFlight;
    const answer = parseAnswer(line);
    if (exchange === undefined || answer === undefined) {
      return this.#breakOff(`unexpected answer ${line.slice(0, 200)}`);
    }
    clearTimeout(this.#timer);
    this.#inFlight = undefined;
    exchange.resolve(answer);
    this.#next();
  }

  #breakOff(reason: string): void {
    this.#fail("protocol", reason);
    this.#socket.destroy();
  }

  /** Rejects everything once; the cause belongs to the command in flight, the rest just lost the connection. */
  #fail(failure: "closed" | "timeout" | "protocol", reason: string): void {
    if (this.#closeReason !== undefined) return;
    this.#closeReason = reason;
    clearTimeout(this.#timer);
    const inFlight = this.#inFlight;
    this.#inFlight = undefined;
    inFlight?.reject(new CommandError(failure, inFlight.command, reason));
    for (const queue of [this.#queues.urgent, this.#queues.bulk]) {
      for (const { command, reject } of queue.splice(0)) {
        reject(new CommandError("closed", command, reason));
      }
    }
  }
}

function openSocket(path: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const fail = (failure: "closed" | "timeout", reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new CommandError(failure, "connect", `${path}: ${reason}`));
    };
    const timer = setTimeout(() => fail("timeout", `no connection in ${timeoutMs} ms`), timeoutMs);
    const onError = (error: Error) => fail("closed", error.message);
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

function parseAnswer(line: string): CommandAnswer | undefined {
  try {
    const answer = Answer.parse(JSON.parse(line));
    return { ok: answer.return === "OK", message: answer.message };
  } catch {
    return undefined;
  }
}
