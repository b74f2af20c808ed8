import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServerName, writeAccess } from "../access-file.ts";
import { EXIT, exitCodeOf, explain } from "../exit-codes.ts";
import { runRestCommand } from "./rest-command.ts";

type Seen = { method: string; url: string; key: string | undefined; body: string };

const seen: Seen[] = [];
const dataFolder = mkdtempSync(join(tmpdir(), "breakwater-cli-"));
let url = "";

const server = createServer((request, response) => {
  void answer(request, response);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url: path = "", headers } = request;
  seen.push({ method, url: path, key: headers.authorization, body: await bodyOf(request) });
  if (path.startsWith("/hub/v1/products")) {
    response.writeHead(403, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: { code: "PermissionDenied", message: "not yours", requestId: "r1" },
      }),
    );
    return;
  }
  if (path.endsWith(".csv")) {
    response.setHeader("content-disposition", 'attachment; filename="rejections.csv"');
    response.end("line,value\r\n7,bad\r\n");
    return;
  }
  const second = path.includes("cursor=");
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      items: [{ value: second ? "b.example" : "a.example" }],
      ...(second ? {} : { nextCursor: "next" }),
      total: { value: 2, exact: true },
    }),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

async function run(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  app: ServerName = "hub",
): Promise<string> {
  let output = "";
  await runRestCommand(app, args, {
    env: { BREAKWATER_DATA: dataFolder, ...env },
    width: Number.POSITIVE_INFINITY,
    write: (text) => {
      output += text;
    },
    writeBytes: async (bytes) => {
      output += Buffer.from(bytes).toString();
    },
    note: () => {},
  });
  return output;
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeAccess(dataFolder, { hub: { url, apiKey: "noted-key" } });
});
afterAll(() => {
  server.close();
});

describe("breakwater hub <noun> <verb>", () => {
  it("asks the server this machine runs, with its key, page after page", async () => {
    seen.length = 0;
    expect(await run(["objects", "list", "--q", "example", "--all"])).toBe(
      "VALUE\na.example\nb.example",
    );
    expect(seen.map((request) => [request.url, request.key])).toEqual([
      ["/hub/v1/objects?q=example", "Bearer noted-key"],
      ["/hub/v1/objects?q=example&cursor=next", "Bearer noted-key"],
    ]);
  });

  it("sends a body and prints JSON for programs", async () => {
    seen.length = 0;
    const output = await run(["objects", "create", "--value", "a.example", "-o", "json"]);
    expect(JSON.parse(output)).toMatchObject({ items: [{ value: "a.example" }] });
    expect(seen[0]).toMatchObject({ method: "POST", body: '{"objects":[{"value":"a.example"}]}' });
  });

  it("writes a file to standard output as it comes", async () => {
    seen.length = 0;
    const id = "00000000-0000-4000-8000-000000000001";
    const output = await run(
      ["jobs", "export-rejections", id],
      { BREAKWATER_SMS_URL: url, BREAKWATER_API_KEY: "k" },
      "sms",
    );
    expect(output).toBe("line,value\r\n7,bad\r\n");
    expect(seen[0]?.url).toBe(`/api/v1/jobs/${id}/rejections.csv`);
  });

  it("never sends the noted key to another server", async () => {
    seen.length = 0;
    await run(["objects", "list", "--url", url.replace("127.0.0.1", "localhost")]).catch(() => {});
    await run(["objects", "list"], { BREAKWATER_HUB_URL: `${url}/` });
    expect(seen.map(({ key }) => key)).not.toContain("Bearer noted-key");
  });

  it("says what was refused, and ends with a code that says why", async () => {
    const refused = await run(["products", "list"]).catch((error: unknown) => error);
    expect(exitCodeOf(refused)).toBe(EXIT.notAllowed);
    expect(explain(refused)).toBe("breakwater: not yours\n  request id r1");
    const away = await run(["objects", "list", "--url", "http://127.0.0.1:9"]).catch(
      (error: unknown) => error,
    );
    expect(exitCodeOf(away)).toBe(EXIT.unreachable);
    const unknown = await run(["objekts", "list"]).catch((error: unknown) => error);
    expect(exitCodeOf(unknown)).toBe(EXIT.usage);
    expect(explain(unknown)).toMatch(/hub has no "objekts". It has: .*objects/);
  });

  it("explains itself without a server", async () => {
    expect(await run([])).toMatch(/objects create\s+Add or change suspicious objects/);
    expect(await run(["objects", "create", "--help"])).toMatch(/--risk-level High\|Medium\|Low/);
  });
});
