import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, PASSWORD, startServer, type TestServer } from "../server.test-helper.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await server.superuser();
});
afterAll(() => server.close());

const role = { permissions: ["events:read"] };
const put = (headers: Record<string, string>) =>
  server.app.fastify.inject({
    method: "PUT",
    url: "/auth/v1/roles/viewer",
    payload: JSON.stringify(role),
    headers: {
      host: "sms.example:8443",
      cookie: browser.cookie ?? "",
      "content-type": "application/json",
      ...headers,
    },
  });

describe("a change by the session cookie", () => {
  it.each([
    [{ "sec-fetch-site": "same-origin" }, 200],
    [{ origin: "https://sms.example:8443" }, 200],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site", origin: "https://sms.example:8443" }, 403],
    [{ "sec-fetch-site": "none" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "https://sms.example" }, 403],
    [{ origin: "null" }, 403],
    [{}, 403],
    [{ "sec-fetch-site": "same-origin", "content-type": "text/plain" }, 415],
    [{ "sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=x" }, 415],
  ])("with %j gets %i", async (headers, status) => {
    expect((await put(headers)).statusCode).toBe(status);
  });

  it("may be read from anywhere, as nothing changes", async () => {
    const answer = await browser.send("GET /auth/v1/users", undefined, {
      "sec-fetch-site": "cross-site",
    });
    expect(answer.status).toBe(200);
  });
});

it("refuses a login that another site starts", async () => {
  const login = { name: "admin", password: PASSWORD };
  const cross = { "sec-fetch-site": "cross-site" };
  const answer = await server.browser().send("POST /auth/v1/session", login, cross);
  expect(answer.status).toBe(403);
});
