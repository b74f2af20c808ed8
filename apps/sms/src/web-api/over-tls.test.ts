import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { issueServerCredentials } from "@breakwater/pki";
import { HttpApp, type Principal, silentLog } from "@breakwater/platform";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sourcesOf } from "../reputation/index.ts";
import { openTestApps, type TestApps } from "../test-apps.test-helper.ts";
import { webTlsOptions } from "../web-listener.ts";
import { MULTIPART_TYPE, multipart } from "./raw-http.test-helper.ts";
import { registerWebApi } from "./routes.ts";

const CLIENT: Principal = {
  kind: "api-key",
  id: "k",
  name: "client",
  via: "api",
  permissions: new Set(["web-services"]),
};
let apps: TestApps;
let app: HttpApp;
let session: ClientHttp2Session;

beforeAll(async () => {
  apps = await openTestApps();
  const { context } = apps;
  const credentials = await issueServerCredentials(context.ca, ["localhost"], Date.now());
  app = await HttpApp.create({
    log: silentLog(),
    authenticate: async () => undefined,
    title: "test",
    version: "1",
    tls: webTlsOptions(credentials),
  });
  registerWebApi(app, {
    ...context.reputation,
    pool: context.pool,
    log: silentLog(),
    audit: context.accounts.audit,
    authentication: {
      checkKey: async (key) => (key === "key" ? CLIENT : undefined),
      checkPassword: async () => ({ kind: "refused" }),
      queryCredentials: false,
    },
  });
  const port = await app.listen({ host: "127.0.0.1", port: 0 });
  session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
});
afterAll(async () => {
  session?.destroy();
  await app?.close();
  await apps?.close();
});

async function send(method: string, path: string, headers: object = {}, body = "") {
  const request = session.request(
    { ":method": method, ":path": path, ...headers },
    { endStream: body === "" },
  );
  let text = "";
  request.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const answered = Promise.all([once(request, "response"), once(request, "end")]);
  if (body !== "") request.end(body);
  const [[answer]] = await answered;
  return { status: (answer as { ":status": number })[":status"], body: text };
}

test("clients that speak HTTP/2, as curl does where it can, get the same answers", async () => {
  const key = { "x-sms-api-key": "key" };
  expect((await send("GET", "/repEntries/add?ip=192.0.2.1")).status).toBe(401);
  expect(await send("GET", "/repEntries/add?ip=192.0.2.1", key)).toEqual({ status: 200, body: "" });
  expect((await send("POST", "/repEntries/query&ip=192.0.2.1", key)).status).toBe(200);
  expect((await send("GET", "//repEntries/query?ip=192.0.2.2", key)).status).toBe(204);
  const headers = { ...key, "content-type": MULTIPART_TYPE, origin: "https://evil.example" };
  const file = multipart("file", "192.0.2.3\n");
  expect((await send("POST", "/repEntries/import?type=ipv4", headers, file)).status).toBe(403);
  const { origin: _evil, ...own } = headers;
  expect((await send("POST", "/repEntries/import?type=ipv4", own, file)).status).toBe(200);
  const known = await sourcesOf(apps.context.db, [{ type: "ipv4", value: "192.0.2.3" }]);
  expect([...known.values()]).toEqual([["Web API"]]);
});

test("calls without a body are not counted as files", async () => {
  const paths = Array.from({ length: 10 }, (_, at) => `/repEntries/add?ip=198.51.100.${at}`);
  const answers = await Promise.all(
    paths.map((path) => send("POST", path, { "x-sms-api-key": "key" })),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
});
