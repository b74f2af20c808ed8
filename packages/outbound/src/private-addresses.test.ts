import { describe, expect, test } from "vitest";
import { fetchFrom } from "./fetch-from.ts";
import { asking, httpServer, isSpecial, PUBLIC, textOf } from "./servers.test-helper.ts";
import { isSpecialAddress } from "./special-addresses.ts";

test.each([
  ["0.1.2.3", true],
  ["10.0.0.1", true],
  ["100.64.0.1", true],
  ["127.0.0.1", true],
  ["169.254.169.254", true],
  ["172.31.255.255", true],
  ["172.32.0.0", false],
  ["192.168.1.1", true],
  ["198.19.0.1", true],
  ["224.0.0.251", true],
  ["255.255.255.255", true],
  ["1.1.1.1", false],
  ["8.8.8.8", false],
  ["::", true],
  ["::1", true],
  ["::7f00:1", true],
  ["::ffff:127.0.0.1", true],
  ["::ffff:8.8.8.8", true],
  ["0:0:0:0:0:ffff:808:808", true],
  ["64:ff9b::7f00:1", true],
  ["64:ff9b:1::1", true],
  ["2001:0:1::1", true],
  ["2002:7f00:1::", true],
  ["fc00::1", true],
  ["fdff::1", true],
  ["fe80::1%eth0", true],
  ["ff02::1", true],
  ["2606:4700::1111", false],
  ["2a00:1450::1", false],
  ["localhost", true],
])("%s is special: %s", (address, expected) => {
  expect(isSpecialAddress(address)).toBe(expected);
});

const strict = { allowPrivate: false, ports: [80, 443] };

describe("without leave for private addresses", () => {
  test.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://0/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data",
  ])("%s is refused at once", async (url) => {
    const lookup = () => Promise.reject(new Error("nobody needs to ask"));
    await expect(fetchFrom(asking(url, strict), { lookup })).rejects.toMatchObject({
      code: "NotAllowed",
    });
  });

  test("a name that leads to a private address is refused, and nothing connects", async () => {
    let connected = 0;
    const origin = await httpServer((_, response) => {
      connected++;
      response.end();
    });
    const port = Number(new URL(origin).port);
    const lookup = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    const request = asking(`http://feed.example:${port}/`, { allowPrivate: false, ports: [port] });
    await expect(fetchFrom(request, { lookup })).rejects.toMatchObject({
      code: "NotAllowed",
      message: "feed.example (127.0.0.1) is not a public address",
    });
    expect(connected).toBe(0);
  });

  test("of several addresses the private ones are left out", async () => {
    const origin = await httpServer((_, response) => response.end("public"), PUBLIC);
    const port = Number(new URL(origin).port);
    const lookup = () =>
      Promise.resolve([
        { address: "127.0.0.1", family: 4 },
        { address: PUBLIC, family: 4 },
      ]);
    const request = asking(`http://feed.example:${port}/`, { allowPrivate: false, ports: [port] });
    const response = await fetchFrom(request, { lookup, isSpecial });
    expect(await textOf(response)).toBe("public");
  });

  test("a name that leads elsewhere the second time is checked the second time", async () => {
    const origin = await httpServer((request, response) => {
      response.writeHead(302, { location: "/again" }).end(request.url);
    }, PUBLIC);
    const port = Number(new URL(origin).port);
    const answers = [PUBLIC, "127.0.0.1"];
    const lookup = () => Promise.resolve([{ address: answers.shift() ?? "", family: 4 }]);
    const request = asking(`http://feed.example:${port}/`, { allowPrivate: false, ports: [port] });
    await expect(fetchFrom(request, { lookup, isSpecial })).rejects.toMatchObject({
      code: "NotAllowed",
      message: "feed.example (127.0.0.1) is not a public address",
    });
    expect(answers).toEqual([]);
  });

  test("a redirect to a private address is refused", async () => {
    const origin = await httpServer((_, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
    }, PUBLIC);
    const ports = [Number(new URL(origin).port), 80];
    const request = asking(origin, { allowPrivate: false, ports });
    await expect(fetchFrom(request, { isSpecial })).rejects.toMatchObject({ code: "NotAllowed" });
  });

  test("only the usual ports are reached", async () => {
    const request = asking("http://feed.example:25/", { allowPrivate: false });
    await expect(fetchFrom(request)).rejects.toMatchObject({
      code: "NotAllowed",
      message: "feed.example is to be reached on port 25",
    });
  });
});
