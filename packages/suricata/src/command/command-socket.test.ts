import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandSocket, MAX_COMMAND_BYTES } from "./command-socket.ts";
import { engineCommands } from "./engine-commands.ts";
import { LineReader } from "./line-reader.ts";

/** A stand-in engine: `script` gets every chunk after the handshake, as the engine's recv would. */
let server: Server;
let directory: string;
let path: string;
let script: (chunk: string, socket: Socket) => void;
const peers: Socket[] = [];

const OK = '{"message":"done","return":"OK"}\n';

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "bw-socket-"));
  path = join(directory, "s");
  script = (_chunk, socket) => socket.write(OK);
  server = createServer((socket) => {
    peers.push(socket);
    let greeted = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      if (greeted) return script(chunk.toString(), socket);
      greeted = true;
      socket.write('{"return":"OK"}\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
});

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

it("sends one command per write, the next only after an answer, urgent before bulk", async () => {
  const seen: string[] = [];
  script = (chunk, socket) => {
    seen.push(chunk);
    setTimeout(() => socket.write(OK), 2);
  };
  const connection = await CommandSocket.connect({ path });
  const bulk = Array.from({ length: 5 }, (_, index) =>
    connection.send(`bulk-${index}`, undefined, { priority: "bulk" }),
  );
  const urgent = connection.send("urgent", { a: 1 });
  expect(connection.waiting).toBe(5);
  await Promise.all([...bulk, urgent]);
  expect(seen.map((chunk) => JSON.parse(chunk))).toEqual([
    { command: "bulk-0" },
    { command: "urgent", arguments: { a: 1 } },
    ...[1, 2, 3, 4].map((index) => ({ command: `bulk-${index}` })),
  ]);
  expect(
    seen.every((chunk) => chunk.endsWith("\n") && chunk.indexOf("\n") === chunk.length - 1),
  ).toBe(true);
  connection.close();
});

it("refuses what is too long before it is written, by bytes", async () => {
  const seen: string[] = [];
  script = (chunk, socket) => {
    seen.push(chunk);
    socket.write(OK);
  };
  const connection = await CommandSocket.connect({ path });
  const room = MAX_COMMAND_BYTES - '{"command":"x","arguments":{"v":""}}\n'.length;
  await expect(connection.send("x", { v: "a".repeat(room) })).rejects.toMatchObject({
    failure: "too-long",
  });
  await expect(connection.send("x", { v: "é".repeat(Math.ceil(room / 2)) })).rejects.toMatchObject({
    failure: "too-long",
  });
  expect((await connection.send("x", { v: "a".repeat(room - 1) })).ok).toBe(true);
  expect(seen).toHaveLength(1);
  connection.close();
});

it("bounds its queue", async () => {
  script = () => undefined;
  const connection = await CommandSocket.connect({ path, queueLimit: 3 });
  const pending = ["in flight", "1", "2", "3"].map((name) => connection.send(name));
  await expect(connection.send("4")).rejects.toMatchObject({ failure: "queue-full" });
  connection.close();
  const results = await Promise.allSettled(pending);
  expect(results.every(({ status }) => status === "rejected")).toBe(true);
});

it("gives the connection up when an answer does not come in time", async () => {
  script = () => undefined;
  const connection = await CommandSocket.connect({ path, commandTimeoutMs: 30 });
  const [first, second] = [connection.send("slow"), connection.send("waiting")];
  await expect(first).rejects.toMatchObject({ failure: "timeout", command: "slow" });
  await expect(second).rejects.toMatchObject({ failure: "closed", command: "waiting" });
  await connection.closed;
  expect(connection.isOpen).toBe(false);
  await expect(connection.send("later")).rejects.toMatchObject({ failure: "closed" });
});

it("settles everything when the engine goes away", async () => {
  script = (_chunk, socket) => socket.destroy();
  const connection = await CommandSocket.connect({ path });
  const results = await Promise.allSettled([connection.send("a"), connection.send("b")]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await connection.closed;
});

it.each(["not json\n", '{"answer":1}\n', `${OK}${OK}`])(
  "breaks off at the answer %j",
  async (answer) => {
    script = (_chunk, socket) => socket.write(answer);
    const connection = await CommandSocket.connect({ path });
    await Promise.allSettled([connection.send("a")]);
    await connection.closed;
    expect(connection.isOpen).toBe(false);
  },
);

it("says why there is no connection", async () => {
  await expect(CommandSocket.connect({ path: join(directory, "none") })).rejects.toMatchObject({
    failure: "closed",
  });
  const mute = createServer(() => undefined);
  const mutePath = join(directory, "mute");
  await new Promise<void>((resolve) => mute.listen(mutePath, resolve));
  const connecting = CommandSocket.connect({ path: mutePath, connectTimeoutMs: 30 });
  await expect(connecting).rejects.toMatchObject({ failure: "timeout" });
  mute.close();
});

describe("typed commands", () => {
  const answering = (ok: boolean, message: unknown) =>
    engineCommands(() => Promise.resolve({ ok, message }));
  const set = { name: "bw-x", type: "string" } as const;

  it("tell a reload that runs already from a refused one", async () => {
    expect(await answering(true, "done").reloadNonBlocking()).toBe("started");
    expect(await answering(false, "Reload already in progress").reloadNonBlocking()).toBe(
      "running",
    );
    await expect(answering(false, "not possible").reloadNonBlocking()).rejects.toMatchObject({
      failure: "refused",
    });
  });

  it("encode names in base64 and refuse an unknown set", async () => {
    let sent: unknown;
    const commands = engineCommands((_command, args) => {
      sent = args;
      return Promise.resolve({ ok: true, message: "data added" });
    });
    await commands.datasetAdd(set, "a.test");
    expect(sent).toEqual({ setname: "bw-x", settype: "string", datavalue: "YS50ZXN0" });
    const unknown = answering(false, "set not found or wrong type");
    await expect(unknown.datasetRemove(set, "a")).rejects.toMatchObject({ failure: "unknown-set" });
    await expect(unknown.datasetLookup(set, "a")).rejects.toMatchObject({ failure: "unknown-set" });
  });

  it("do not trust the shape of an answer", async () => {
    await expect(answering(true, "x").uptime()).rejects.toMatchObject({ failure: "protocol" });
    await expect(answering(true, []).rulesetStats()).rejects.toMatchObject({ failure: "protocol" });
  });
});

it("a line reader gives the same lines however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.nat(7)), (texts, cuts) => {
      const lines = texts.map((text) => text.replaceAll("\n", " "));
      let rest = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const reader = new LineReader(1 << 20);
      const got: string[] = [];
      for (const cut of cuts) {
        got.push(...(reader.push(rest.subarray(0, cut)) ?? []));
        rest = rest.subarray(cut);
      }
      got.push(...(reader.push(rest) ?? []));
      expect(got).toEqual(lines.map((line) => Buffer.from(line).toString()));
    }),
  );
  expect(new LineReader(3).push(Buffer.from("abcd"))).toBeUndefined();
});
