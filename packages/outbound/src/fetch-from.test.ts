import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fetchFrom } from "./fetch-from.ts";
import { asking, httpServer, tcpServer, textOf } from "./servers.test-helper.ts";

describe("a request", () => {
  test("carries method, headers, body and validators, and brings the answer", async () => {
    const origin = await httpServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        const { method, url, headers } = request;
        response.writeHead(201, { etag: '"2"', "last-modified": "now", "set-cookie": ["a", "b"] });
        response.end(JSON.stringify({ method, url, headers, body }));
      });
    });
    const response = await fetchFrom(
      asking(`${origin}/a/b?c=d#part`, {
        method: "POST",
        headers: { "X-Own": "1", Accept: "text/plain" },
        body: "é",
        etag: '"1"',
        lastModified: "then",
      }),
    );
    expect(response).toMatchObject({
      status: 201,
      etag: '"2"',
      lastModified: "now",
      finalUrl: `${origin}/a/b?c=d`,
      headers: { "set-cookie": "a, b" },
    });
    expect(JSON.parse(await textOf(response))).toMatchObject({
      method: "POST",
      url: "/a/b?c=d",
      headers: {
        host: origin.slice(7),
        accept: "text/plain",
        "content-length": "2",
        "x-own": "1",
        "if-none-match": '"1"',
        "if-modified-since": "then",
      },
      body: "é",
    });
  });

  test.each([
    [
      { kind: "basic", user: "ann", password: "s3:x" } as const,
      "authorization",
      "Basic YW5uOnMzOng=",
    ],
    [{ kind: "bearer", token: "t0" } as const, "authorization", "Bearer t0"],
    [{ kind: "header", name: "X-API-Key", value: "k1" } as const, "x-api-key", "k1"],
  ])("shows credentials of kind %j", async (credentials, name, value) => {
    const origin = await httpServer((request, response) => response.end(request.headers[name]));
    expect(await textOf(await fetchFrom(asking(origin, { credentials })))).toBe(value);
  });

  test("to an unchanged document has no body", async () => {
    const origin = await httpServer((_, response) =>
      response.writeHead(304, { etag: '"1"' }).end(),
    );
    const response = await fetchFrom(asking(origin, { etag: '"1"' }));
    expect([response.status, response.etag, await textOf(response)]).toEqual([304, '"1"', ""]);
  });
});

describe("a body", () => {
  const text = "evil.test\n".repeat(1000);
  test.each([
    ["gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["Deflate", deflateRawSync(text)],
    ["identity", Buffer.from(text)],
  ])("packed with %s is unpacked", async (encoding, packed) => {
    const origin = await httpServer((_, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end(packed);
    });
    expect(await textOf(await fetchFrom(asking(origin)))).toBe(text);
  });

  test.each([
    ["gzip", gzipSync(Buffer.alloc(1_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(1_000_000))],
    ["identity", randomBytes(200_000)],
  ])("longer than allowed is not read on: %s", async (encoding, body) => {
    const origin = await httpServer((_, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      response.end(body);
    });
    const read = fetchFrom(asking(origin)).then(textOf);
    await expect(read).rejects.toMatchObject({
      code: "TooLarge",
      message: expect.stringMatching(/longer than 100000/),
    });
  });

  test.each([
    ["damaged", "gzip", Buffer.from("hello")],
    ["of another packing", "zstd", Buffer.from("hello")],
    ["cut off", "gzip", gzipSync(text).subarray(0, 40)],
  ])("%s is a bad answer", async (_, encoding, body) => {
    const origin = await httpServer((__, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end(body);
    });
    const read = fetchFrom(asking(origin)).then(textOf);
    await expect(read).rejects.toMatchObject({ code: "BadAnswer" });
  });

  test("that breaks off does not leave anybody waiting", async () => {
    const port = await tcpServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello");
      setTimeout(() => socket.destroy(), 50);
    });
    const read = fetchFrom(asking(`http://127.0.0.1:${port}`)).then(textOf);
    await expect(read).rejects.toMatchObject({
      code: "BadAnswer",
      message: expect.stringMatching(/broke off/),
    });
  });

  test("that is given up closes the connection", async () => {
    let closed = () => {};
    const ended = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const origin = await httpServer((_, response) => {
      response.on("close", closed);
      response.write("x".repeat(1000));
    });
    const { body } = await fetchFrom(asking(origin));
    for await (const chunk of body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await ended;
  });
});

describe("nobody waits for ever", () => {
  const silent = "";
  test.each([
    ["for a head", silent],
    ["for the rest of a head", "HTTP/1.1 200 OK\r\nx: y\r\n"],
    ["for the rest of a body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"],
    ["for a packed body", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n\x1f"],
  ])("%s", async (_, text) => {
    const port = await tcpServer((socket) => void socket.write(text));
    const request = asking(`http://127.0.0.1:${port}`, { timeoutMs: 200 });
    await expect(fetchFrom(request).then(textOf)).rejects.toMatchObject({ code: "TimedOut" });
  });

  test("for a body that comes drop by drop", async () => {
    const port = await tcpServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const request = asking(`http://127.0.0.1:${port}`, { timeoutMs: 5000, totalTimeoutMs: 300 });
    await expect(fetchFrom(request).then(textOf)).rejects.toMatchObject({
      code: "TimedOut",
      message: expect.stringMatching(/whole answer/),
    });
  });

  test.each(["before the head", "in the body"])("after a signal %s", async (when) => {
    const port = await tcpServer((socket) => {
      if (when === "in the body") socket.write("HTTP/1.1 200 OK\r\n\r\nx");
    });
    const stop = new AbortController();
    const work = fetchFrom(asking(`http://127.0.0.1:${port}`, { signal: stop.signal })).then(
      textOf,
    );
    setTimeout(() => stop.abort(new Error("shutting down")), 50);
    await expect(work).rejects.toThrow("shutting down");
    await expect(fetchFrom(asking("http://127.0.0.1:1", { signal: stop.signal }))).rejects.toThrow(
      "shutting down",
    );
  });

  test("our own time is not counted", async () => {
    const origin = await httpServer((_, response) => {
      response.write("a");
      setTimeout(() => response.end("b"), 20);
    });
    const { body } = await fetchFrom(asking(origin, { timeoutMs: 5000, totalTimeoutMs: 1000 }));
    const read: string[] = [];
    for await (const chunk of body) {
      read.push(String(chunk));
      await new Promise((resolve) => setTimeout(resolve, 1200));
    }
    expect(read.join("")).toBe("ab");
  });
});

describe("what fails is explained", () => {
  test("when nothing listens, and when nothing answers", async () => {
    const refused = fetchFrom(asking("http://127.0.0.1:1/"));
    await expect(refused).rejects.toMatchObject({
      code: "Unreachable",
      message: "127.0.0.1: nothing listens there",
      remedy: expect.stringMatching(/port/),
    });
    const port = await tcpServer((socket) => socket.destroy());
    const closed = fetchFrom(asking(`http://127.0.0.1:${port}`));
    await expect(closed).rejects.toMatchObject({ code: "Unreachable" });
  });

  test("when a name cannot be resolved", async () => {
    const lookup = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const work = fetchFrom(asking("http://nowhere.example/"), { lookup });
    await expect(work).rejects.toMatchObject({
      message: expect.stringMatching(/nowhere.example: the name does not exist/),
    });
  });

  test("when the answer is not HTTP", async () => {
    const port = await tcpServer((socket) => void socket.end("SSH-2.0-OpenSSH\r\n"));
    const work = fetchFrom(asking(`http://127.0.0.1:${port}`));
    await expect(work).rejects.toMatchObject({ code: "BadAnswer" });
  });

  test.each([
    [{ url: "ftp://a.example/" }, "InvalidRequest", /no http or https/],
    [{ url: "file:///etc/passwd" }, "InvalidRequest", /no http or https/],
    [{ url: "evil" }, "InvalidRequest", /no http or https/],
    [{ url: "http://ann:pw@a.example/" }, "InvalidRequest", /a.example holds a user name/],
    [{ headers: { "x-key": "secret\nvalue" } }, "InvalidRequest", /"x-key"/],
  ])("%j before anything is sent", async (more, code, message) => {
    const error = await fetchFrom(asking("http://127.0.0.1:1/", more)).catch((e: Error) => e);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(JSON.stringify([error, (error as Error).message])).not.toMatch(/secret|pw@/);
  });
});
