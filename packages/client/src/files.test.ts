import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Api, type Download } from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { ApiError, createClient } from "./index.ts";

const api = {
  "POST /files": {
    summary: "Upload",
    permission: "public",
    consumes: "bytes",
    response: z.object({ size: z.number() }),
  },
  "GET /rows.csv": {
    summary: "Rows",
    permission: "public",
    produces: "csv",
    response: z.object({ line: z.number() }),
  },
} as const satisfies Api;

let server: Server;
let baseUrl = "";
let answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = (timeoutMs = 100) => createClient<typeof api>({ baseUrl, timeoutMs });

describe("an upload", () => {
  async function measure(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let size = 0;
    for await (const chunk of request) size += (chunk as Buffer).length;
    response.end(JSON.stringify({ size, type: request.headers["content-type"] }));
  }
  const type = "application/octet-stream";

  it("sends a file, or bytes as they come for as long as they come", async () => {
    answer = measure;
    const blob = new Blob(["<xml/>"], { type: "text/plain" });
    expect(await client()("POST /files", { body: blob })).toEqual({ size: 6, type });
    expect(await client()("POST /files", { body: slowly() })).toEqual({ size: 6, type });
  });

  async function* slowly() {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      yield Buffer.from("ab");
    }
  }

  it("is typed by the contract", () => {
    // @ts-expect-error the body is bytes
    void (() => client()("POST /files", { body: { size: 1 } }));
    // @ts-expect-error the body is required
    void (() => client()("POST /files"));
    expectTypeOf(client()<"GET /rows.csv">).returns.resolves.toEqualTypeOf<Download>();
  });
});

describe("a download", () => {
  const headers = {
    "content-type": "text/csv",
    "content-disposition": 'attachment; filename="rows.csv"',
  };

  it("comes with its name, piece by piece, for as long as it takes", async () => {
    answer = (_, response) => {
      response.writeHead(200, headers).write("line\r\n");
      setTimeout(() => response.end("1\r\n"), 200);
    };
    const { filename, bytes } = await client()("GET /rows.csv");
    let text = "";
    for await (const piece of bytes) text += Buffer.from(piece).toString();
    expect([filename, text]).toEqual(["rows.csv", "line\r\n1\r\n"]);
  });

  it("that breaks off is no whole file", async () => {
    answer = (_, response) => {
      response.writeHead(200, headers).write("line\r\n", () => response.destroy());
    };
    const { bytes } = await client()("GET /rows.csv");
    const read = async () => {
      for await (const piece of bytes) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow("broke off");
  });

  it("that nobody reads to its end is ended", async () => {
    const left = new Promise<void>((resolve) => {
      answer = (_, response) => {
        response.writeHead(200, headers).write("line\r\n");
        response.on("close", resolve);
      };
    });
    const { bytes } = await client()("GET /rows.csv");
    for await (const piece of bytes) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await left;
  });

  it("that is refused is an ordinary error", async () => {
    answer = (_, response) => {
      const error = { code: "NotFound", message: "There is no such job." };
      response.writeHead(404).end(JSON.stringify({ error }));
    };
    const refused = await client()("GET /rows.csv").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 404, code: "NotFound" });
  });
});
