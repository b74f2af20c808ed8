import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { IdentityStore } from "@breakwater/pki";

const TIMEOUT_MS = 30_000;

/** One HTTP/2 connection of a simulated agent to its SMS. */
export class SimulatedConnection {
  readonly #session: ClientHttp2Session;

  constructor(identity: IdentityStore) {
    const url = identity.current()?.meta.url;
    if (url === undefined) throw new Error("the agent has not enrolled");
    this.#session = connect(url, identity.tlsOptions());
    // What breaks shows in the requests under way; without a listener it would end the process.
    this.#session.on("error", () => undefined);
    this.#session.on("goaway", () => this.#session.destroy());
  }

  /** The body as it came over the wire. */
  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    return body(this.#session.request({ ...headers, ":path": path }), path);
  }

  post(path: string, value: unknown): Promise<Buffer> {
    const stream = this.#session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/json",
    });
    stream.end(JSON.stringify(value));
    return body(stream, path);
  }

  /** The lines of an endless answer, until it ends or the connection breaks. */
  async *lines(path: string): AsyncGenerator<string> {
    const stream = this.#session.request({ ":path": path });
    const answered = await status(stream, path);
    if (answered >= 300) throw refusal(path, answered, await readAll(stream));
    let rest = "";
    stream.setEncoding("utf8");
    for await (const part of stream) {
      const lines = (rest + String(part)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  close(): void {
    this.#session.destroy();
  }
}

async function body(stream: ClientHttp2Stream, path: string): Promise<Buffer> {
  stream.setTimeout(TIMEOUT_MS, () => stream.destroy(new Error(`${path} is not answered`)));
  const answered = await status(stream, path);
  const bytes = await readAll(stream);
  if (answered >= 300) throw refusal(path, answered, bytes);
  return bytes;
}

async function readAll(stream: ClientHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function refusal(path: string, answered: number, bytes: Buffer): Error {
  return new Error(`${path} was answered ${answered}: ${bytes.toString().slice(0, 500)}`);
}

/** Settles also when the connection breaks before an answer came. */
function status(stream: ClientHttp2Stream, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    stream.once("response", (headers) => resolve(Number(headers[":status"])));
    stream.once("error", reject);
    stream.once("close", () => reject(new Error(`the connection broke during ${path}`)));
  });
}
