import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { MULTIPART_TYPE, multipart } from "./raw-http.test-helper.ts";
import { basic, startWebApi, type WebApiServer } from "./web-api.test-helper.ts";

let server: WebApiServer;
beforeAll(async () => {
  server = await startWebApi(false);
  await server.addUser("soar", ["web-services"]);
});
beforeEach(() => server.clear());
afterAll(() => server?.close());

const values = async () => (await server.entries()).map(({ value }) => value);
const add = (value: string) => server.call(`POST /repEntries/add?ip=${value}`);
const FILE = "192.0.2.1\n192.0.2.2\n";

test("FortiSOAR: adds, with a list tag", async () => {
  const answer = await server.call(
    "POST /repEntries/add?ip=192.0.2.1&TagData=MalwareIpType%2CmalwareSource~~~cncHost",
    { "Content-Type": "application/json" },
  );
  expect([answer.status, answer.body]).toEqual([200, ""]);
  expect(await server.entries()).toEqual([
    {
      type: "ipv4",
      value: "192.0.2.1",
      sources: ["Web API"],
      tags: { MalwareIpType: ["malwareSource", "cncHost"] },
    },
  ]);
});

test("FortiSOAR: begins its parameters with &, and ends them with another ?", async () => {
  await add("192.0.2.1");
  await add("192.0.2.2");
  const query = (ip: string) =>
    server.call(`POST /repEntries/query&ip=${ip}`, { "Content-Type": "application/json" });
  expect((await query("192.0.2.1")).status).toBe(200);
  expect((await query("192.0.2.3")).status).toBe(204);
  const gone = await server.call(
    "POST /repEntries/delete&ip=192.0.2.1&ip=192.0.2.2?criteria=entry",
    { "Content-Type": "application/json" },
  );
  expect([gone.status, gone.body]).toEqual([200, ""]);
  expect(await values()).toEqual([]);
});

test("FortiSOAR: sends files as JSON, with &type, by HTTP Basic", async () => {
  const headers = { ...basic("soar"), "Content-Type": "application/json" };
  const body = multipart("file", FILE);
  const answer = await server.send("POST /repEntries/import&type=IPv4", headers, body);
  expect([answer.status, answer.body]).toEqual([200, ""]);
  expect(await values()).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("FortiSOAR: deletes what a file lists", async () => {
  await add("192.0.2.1");
  await add("192.0.2.3");
  const headers = { "Content-Type": "application/json" };
  const body = multipart("file", FILE, { type: "ipv4" });
  expect((await server.call("POST /repEntries/delete", headers, body)).status).toBe(200);
  expect(await values()).toEqual(["192.0.2.3"]);
});

test("Howerton: passes all parameters twice", async () => {
  const once = "ip=192.0.2.1&TagData=Reputation+DV+Score+-+Manual%2C90";
  expect((await server.call(`POST /repEntries/add?${once}&${once}`)).status).toBe(200);
  expect(await server.entries()).toMatchObject([
    { tags: { "Reputation DV Score - Manual": "90" } },
  ]);
  const dns = await server.call("POST /repEntries/query?dns=a.example&dns=a.example");
  expect(dns.status).toBe(204);
  expect((await server.call("POST /repEntries/query?ip=192.0.2")).status).toBe(412);
});

test("tm_sms: adds and deletes by GET", async () => {
  expect((await server.send("GET /repEntries/add?ip=192.0.2.1", basic("soar"))).status).toBe(200);
  expect(await values()).toEqual(["192.0.2.1"]);
  const line = "GET /repEntries/delete?ip=192.0.2.1&criteria=entry";
  expect((await server.send(line, basic("soar"))).status).toBe(200);
  expect(await values()).toEqual([]);
});

test("scripts: write two slashes after the host", async () => {
  const line = "GET //repEntries/add?dns=bad.example&TagData=Trend%20Micro%20Severity,high";
  expect((await server.call(line)).status).toBe(200);
  expect(await server.entries()).toMatchObject([
    { type: "domain", value: "bad.example", tags: { "Trend Micro Severity": "High" } },
  ]);
  expect((await server.call("GET //repEntries//query&dns=bad.example")).status).toBe(200);
});

test.each(["file", "name", "requestFile"])("scripts: call the file part %s", async (part) => {
  const headers = { "Content-Type": MULTIPART_TYPE };
  const answer = await server.call(
    "POST /repEntries/import?type=ipv4",
    headers,
    multipart(part, FILE),
  );
  expect(answer.status).toBe(200);
  expect(await values()).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("mail gateways: say publisher, source, category, severity and time to live", async () => {
  const tags = [
    ["Trend Micro Publisher", "Deep Discovery"],
    ["Trend Micro Source", "ddi.example"],
    ["Trend Micro Detection Category", "Suspicious Object"],
    ["Trend Micro Severity", "High"],
    ["Reputation Entries TTL", "2099-01-31 10:00:00 UTC"],
  ].flat();
  const line = `POST /repEntries/add?url=${encodeURIComponent("http://bad.example/x?y=1,2")}&TagData=${encodeURIComponent(tags.join(","))}`;
  expect((await server.call(line)).status).toBe(200);
  expect(await server.entries()).toEqual([
    {
      type: "url",
      value: "bad.example/x?y=1,2",
      sources: ["Web API: Deep Discovery"],
      tags: {
        "Trend Micro Publisher": "Deep Discovery",
        "Trend Micro Source": "ddi.example",
        "Trend Micro Detection Category": "Suspicious Object",
        "Trend Micro Severity": "High",
        "Reputation Entries TTL": "2099-01-31T10:00:00.000Z",
      },
    },
  ]);
});
