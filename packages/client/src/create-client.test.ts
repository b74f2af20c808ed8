import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { accountsApi, SmsApi } from "@breakwater/protocol";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { ApiError, createClient } from "./index.ts";

type AccountsApi = typeof accountsApi;
type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };

let server: Server;
let baseUrl = "";
let seen: Seen[] = [];
let reply = (_: IncomingMessage, response: ServerResponse) => {
  response.end("{}");
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      seen.push({
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body,
      });
      reply(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function answering(status: number, body: string, headers: Record<string, string> = {}): void {
  seen = [];
  reply = (_, response) => {
    response.writeHead(status, headers).end(body);
  };
}

async function failure(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${String(error)}`);
}

describe("createClient", () => {
  it("fills the path, encodes it, and leaves out absent query values", async () => {
    answering(200, '{"items":[]}');
    const client = createClient<SmsApi>({ baseUrl });
    await client("GET /api/v1/events/{id}", { params: { id: "a/b c" } });
    await client("GET /api/v1/events", { query: { limit: 5, q: "a&b", verdict: undefined } });
    expect(seen.map((s) => `${s.method} ${s.url}`)).toEqual([
      "GET /api/v1/events/a%2Fb%20c",
      "GET /api/v1/events?limit=5&q=a%26b",
    ]);
    expect(seen[0]?.headers["content-type"]).toBeUndefined();
  });

  it("sends a JSON body and fresh headers, and reads an empty answer as undefined", async () => {
    answering(204, "");
    let turn = 0;
    const headers = () => ({ authorization: `Bearer ${++turn}` });
    const client = createClient<AccountsApi>({ baseUrl: `${baseUrl}/`, headers });
    const body = { current: "old", next: "a long new password" };
    await client("DELETE /auth/v1/session");
    await expect(client("PUT /auth/v1/session/password", { body })).resolves.toBeUndefined();
    expect(seen[1]).toMatchObject({ url: "/auth/v1/session/password", body: JSON.stringify(body) });
    expect(seen.map((s) => s.headers.authorization)).toEqual(["Bearer 1", "Bearer 2"]);
  });

  it("carries the server's explanation of a failure", async () => {
    const details = [{ field: "value", reason: "is a wildcard", remedy: "Use a domain" }];
    answering(
      400,
      JSON.stringify({
        error: { code: "InvalidRequest", message: "Bad value", details, requestId: "r-7" },
      }),
    );
    const error = await failure(createClient<SmsApi>({ baseUrl })("GET /api/v1/overview"));
    expect(error).toMatchObject({
      status: 400,
      code: "InvalidRequest",
      message: "Bad value",
      details,
      requestId: "r-7",
    });
  });

  it("explains answers that are not the API's", async () => {
    const client = createClient<SmsApi>({ baseUrl });
    answering(502, "<html>Bad gateway</html>", { "x-request-id": "p-1" });
    expect(await failure(client("GET /api/v1/overview"))).toMatchObject({
      status: 502,
      code: "Unexpected",
      requestId: "p-1",
    });
    answering(200, "<html>Welcome</html>");
    expect(await failure(client("GET /api/v1/overview"))).toMatchObject({ code: "Unexpected" });
  });

  it("tells an unreachable server from one that does not answer in time", async () => {
    const nobody = createClient<SmsApi>({ baseUrl: "http://127.0.0.1:1" });
    expect(await failure(nobody("GET /api/v1/overview"))).toMatchObject({
      status: 0,
      code: "Unreachable",
    });
    reply = () => undefined;
    const slow = createClient<SmsApi>({ baseUrl, timeoutMs: 50 });
    expect(await failure(slow("GET /api/v1/overview"))).toMatchObject({ code: "TimedOut" });
  });

  it("hands the caller's own abort back as it is", async () => {
    reply = () => undefined;
    const stop = new AbortController();
    const call = createClient<SmsApi>({ baseUrl })("GET /api/v1/overview", { signal: stop.signal });
    stop.abort();
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });

  it("refuses a missing path parameter before anything is sent", async () => {
    answering(200, "{}");
    const client = createClient<SmsApi>({ baseUrl });
    await expect(client("GET /api/v1/events/{id}", { params: { id: "" } })).rejects.toThrow(
      'needs the path parameter "id"',
    );
    expect(seen).toEqual([]);
  });

  it("is typed by the contract", () => {
    const client = createClient<SmsApi>({ baseUrl });
    expectTypeOf(client<"GET /api/v1/devices">).returns.resolves.toHaveProperty("items");
    // @ts-expect-error no such endpoint
    void (() => client("GET /api/v1/nothing"));
    // @ts-expect-error the path parameter is required
    void (() => client("GET /api/v1/events/{id}"));
    // @ts-expect-error wrong body
    void (() => client("POST /api/v1/vision-one/connect", { body: { key: "x" } }));
  });
});
