import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Lab } from "@breakwater/lab";

/**
 * What one connection sends. `raw` parts go out one by one, as they are written; `answer` is the
 * pattern of one answer, by default an HTTP/1 status line.
 */
export type Exchange =
  | { kind: "raw"; to: string; port: number; parts: string[]; answer?: string }
  | { kind: "h2"; to: string; port: number; requests: H2Request[]; upgrade?: string };
export type H2Request = {
  fields: Record<string, string | string[]>;
  /** A request that is not ended: its headers are all that the server gets. */
  open?: boolean;
};

/** Of a server that takes HTTP/2 at once or on request, and HTTP/1 heads of any length. */
export const ANY_HTTP_PORT = 8081;

const SERVER = `
  const http2 = require("node:http2");
  const answer = (stream, fields) => {
    stream.on("error", () => undefined);
    stream.respond({ ":status": 200 });
    stream.end(fields[":path"]);
  };
  const watch = (session) => session.on("error", () => undefined);
  const server = http2.createServer().on("stream", answer).on("session", watch);
  server.on("sessionError", () => undefined);
  const patient = require("node:http").createServer({ maxHeaderSize: 4 * 1024 * 1024 }, (_, response) => response.end());
  require("node:net").createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head) => {
      socket.pause();
      if (/^upgrade: h2c/im.test(head.toString("latin1"))) {
        socket.write("HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: h2c\\r\\n\\r\\n");
        return server.emit("connection", socket);
      }
      if (head.indexOf("PRI") === 0) {
        socket.unshift(head);
        return server.emit("connection", socket);
      }
      patient.emit("connection", socket);
      socket.unshift(head);
      process.nextTick(() => socket.resume());
    });
  }).listen(${ANY_HTTP_PORT}, "::", () => console.log("ready"));`;

/** Quiet for this long after the last answer counts as silence: far beyond a round trip in the lab. */
const QUIET_MS = 400;

const CLIENT = `
  const net = require("node:net"), http2 = require("node:http2");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let touched = 0;
  const touch = () => (touched = Date.now());
  async function raw(exchange, result) {
    const socket = net.connect(exchange.port, exchange.to).setNoDelay(true);
    let text = "";
    socket.on("error", () => undefined).on("data", (data) => {
      touch();
      text += data.toString("latin1");
      result.answers = text.split(new RegExp(exchange.answer ?? "HTTP/1[.][01] (?!101)[0-9]{3}")).length - 1;
    });
    result.end = () => socket.destroy();
    for (const part of exchange.parts) {
      socket.write(Buffer.from(part, "utf8"));
      touch();
      if (exchange.parts.length > 1) await pause(25);
    }
  }
  async function h2(exchange, result) {
    const socket = net.connect(exchange.port, exchange.to).on("error", () => undefined);
    result.end = () => socket.destroy();
    if (exchange.upgrade !== undefined) {
      const switched = new Promise((done) => socket.once("data", (data) => {
        socket.pause();
        // The server's first frames may come along with its consent.
        socket.unshift(data.subarray(data.indexOf("\\r\\n\\r\\n") + 4));
        done();
      }));
      socket.write(exchange.upgrade);
      await Promise.race([switched, pause(2000)]);
      touch();
    }
    const session = http2.connect("http://lab.test", { createConnection: () => socket });
    session.on("error", () => undefined);
    for (const { fields, open } of exchange.requests) {
      const stream = session.request(fields, { endStream: open !== true });
      touch();
      stream.on("error", () => undefined);
      const answered = new Promise((done) => stream.on("response", () => {
        touch();
        result.answers += 1;
        done();
      }));
      stream.resume();
      await Promise.race([answered, pause(${QUIET_MS})]);
    }
  }
  require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
    const results = JSON.parse(line).map((exchange) => ({ exchange, answers: 0 }));
    touch();
    await Promise.all(results.map((result) => (result.exchange.kind === "raw" ? raw : h2)(result.exchange, result)));
    while (Date.now() - touched < ${QUIET_MS}) await pause(20);
    for (const result of results) result.end();
    console.log(JSON.stringify(results.map(({ answers }) => answers)));
  });
  console.log("ready");`;

export type LabHttp = {
  /** How many answers each exchange got; all run at the same time. */
  exchange: (exchanges: readonly Exchange[]) => Promise<number[]>;
};

/** Clients of HTTP/1 and cleartext HTTP/2 in the lab that send exactly what they are told, and a server for the latter. */
export async function startLabHttp(lab: Lab): Promise<LabHttp> {
  const server = lab.spawn("server", process.execPath, ["-e", SERVER]);
  const client = lab.spawn("client", process.execPath, ["-e", CLIENT]);
  if (server.stdout === null || client.stdout === null) throw new Error("no output to read");
  await once(createInterface({ input: server.stdout }), "line");
  const lines = createInterface({ input: client.stdout });
  await once(lines, "line");
  return {
    exchange: async (exchanges) => {
      const answer = once(lines, "line");
      client.stdin?.write(`${JSON.stringify(exchanges)}\n`);
      const [line] = await answer;
      return JSON.parse(String(line));
    },
  };
}
