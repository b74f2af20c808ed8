import { type ProbeResult } from "@breakwater/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSid } from "./data-plane/sid-layout.ts";
import {
  type EngineSite,
  type LiveEngine,
  SERVER,
  SERVER_V6,
  startLiveEngine,
} from "./live-engine.test-helper.ts";
import { urlKey } from "./url/url-key.ts";

let live: LiveEngine;
let site: EngineSite;
let get: LiveEngine["get"];
let ask: LiveEngine["ask"];
let withEntry: LiveEngine["withEntry"];

beforeAll(async () => {
  live = await startLiveEngine();
  ({ site, get, ask, withEntry } = live);
});
afterAll(() => live?.close());

describe("domains", () => {
  const name = (host: string) => `https://${host}/`;
  const everywhere = async (host: string): Promise<ProbeResult[]> =>
    Promise.all([
      ask(host),
      ask(host, true),
      get(name(host), { connectTo: SERVER }),
      get(`http://${host}/`, { connectTo: SERVER }),
    ]);

  it("an exact name covers itself alone, in any case, in DNS, TLS and HTTP", async () => {
    await withEntry("block", "domain-exact", "evil.test", async () => {
      expect(await everywhere("evil.test")).toEqual(Array(4).fill("blocked"));
      expect(await everywhere("EviL.tESt")).toEqual(Array(4).fill("blocked"));
      expect(await everywhere("www.evil.test")).toEqual(Array(4).fill("passed"));
      expect(await everywhere("notevil.test")).toEqual(Array(4).fill("passed"));
    });
    expect(await everywhere("evil.test")).toEqual(Array(4).fill("passed"));
  });

  it("a covering name covers every depth below it, once", async () => {
    await withEntry("block", "domain", "bad.test", async () => {
      expect(await everywhere("bad.test")).toEqual(Array(4).fill("blocked"));
      expect(await everywhere("A.b.C.bad.Test")).toEqual(Array(4).fill("blocked"));
      expect(await everywhere("verybad.test")).toEqual(Array(4).fill("passed"));
    });
    const sids = site
      .events()
      .filter((event) => event.event_type === "alert" && event.http?.hostname === "bad.test")
      .map((event) => (event.event_type === "alert" ? event.alert.signature_id : 0));
    expect(sids.map(decodeSid)).toEqual([
      { lane: "block", kind: "domain", where: "host", labels: 2 },
    ]);
  });

  it.each(["zip", "a.b.c.example", "one.two.three.four.five.six.seven.eight"])(
    "covers below %s",
    async (entry) => {
      await withEntry("block", "domain", entry, async () => {
        expect(await ask(`deep.down.${entry}`)).toBe("blocked");
        expect(await ask(entry)).toBe("blocked");
      });
    },
  );

  it("is not evaded by a trailing dot or a port in the host header", async () => {
    await withEntry("block", "domain", "dotted.test", async () => {
      for (const host of ["dotted.test.", "www.dotted.test..", "dotted.test:8080"]) {
        expect(await get(`http://${SERVER}/`, { headers: { Host: host } })).toBe("blocked");
      }
    });
    await withEntry("block", "domain-exact", "dotted.test", async () => {
      expect(await get(`http://${SERVER}/`, { headers: { Host: "DOTTED.test." } })).toBe("blocked");
    });
  });

  it("resets a TLS connection in the reset lane", async () => {
    await withEntry("reset", "domain", "evil.test", async () => {
      expect(await get("https://www.evil.test/", { connectTo: SERVER })).toBe("reset");
    });
  });
});

describe("URLs", () => {
  const raw = async (parts: string[], port = 80): Promise<string> => {
    const script = `
      const s = require("net").connect(${port}, "${SERVER}"); s.setNoDelay(true);
      let got = ""; s.on("data", (d) => (got += d)); s.on("error", () => undefined);
      const parts = ${JSON.stringify(parts)};
      const next = () => parts.length ? (s.write(parts.shift(), "latin1"), setTimeout(next, 40)) : undefined;
      s.on("connect", next);
      setTimeout(() => { console.log(got.split("\\r\\n")[0]); process.exit(); }, 40 * parts.length + 250);`;
    const { stdout } = await site.lab.run("client", process.execPath, ["-e", script]);
    return stdout.trim();
  };

  it("are matched whatever the writing, and nothing beside them", async () => {
    const table = site.urlTable("block");
    const url = "http://evil.test/path/evil.html";
    expect(await get(url, { connectTo: SERVER })).toBe("passed");
    table.add(urlKey(url));
    const variants = [
      url,
      "http://EVIL.test/path/evil.html",
      "http://evil.test:80/path/evil.html",
      "http://evil.test/path/%65vil.html",
      "http://evil.test/path/../path/evil.html",
      "http://evil.test//path/./evil.html",
      "http://evil.test/path/evil.html?a=1",
      "http://evil.test/path%2fevil.html",
      "http://evil.test:8080/path/evil.html",
    ];
    const results = await Promise.all(variants.map((each) => get(each, { connectTo: SERVER })));
    expect(results.map((result, index) => [variants[index], result])).toEqual(
      variants.map((each) => [each, "blocked"]),
    );
    const neighbours = [
      "http://evil.test/path/evil.htm",
      "http://evil.test/path/",
      "http://evil.test/",
      "http://www.evil.test/path/evil.html",
      "http://good.test/path/evil.html",
      "http://evil.test/PATH/evil.html",
    ];
    for (const each of neighbours) expect(await get(each, { connectTo: SERVER })).toBe("passed");
    table.remove(urlKey(url));
    expect(await get(url, { connectTo: SERVER })).toBe("passed");
  });

  it("are matched in a head sent in pieces, by absolute target, and without a host", async () => {
    const table = site.urlTable("block");
    table.add(urlKey("evil.test/split"));
    table.add(urlKey(`${SERVER}/bare`));
    expect(await raw(["GET /split HTTP/1.1\r\n", "Host: ev", "il.test\r\n", "\r\n"])).toBe("");
    expect(await raw(["GET http://Evil.test/split HTTP/1.1\r\nHost: good.test\r\n\r\n"])).toBe("");
    expect(await raw(["GET /split#part HTTP/1.1\r\nHost: evil.test.\r\n\r\n"])).toBe("");
    expect(await raw(["GET /bare HTTP/1.0\r\n\r\n"])).toBe("");
    expect(await raw(["GET /split HTTP/1.1\r\nHost: good.test\r\n\r\n"])).toContain("200");
    table.replaceAll([]);
  });

  it("with a port or a query cover that port and query alone; IPv6 hosts in any writing", async () => {
    const table = site.urlTable("block");
    table.add(urlKey("http://evil.test:8080/p"));
    table.add(urlKey("evil.test/q?id=7"));
    table.add(urlKey(`http://[${SERVER_V6}]/six`));
    const via = { connectTo: SERVER };
    expect(await get("http://evil.test:8080/p", via)).toBe("blocked");
    expect(await get("http://evil.test/p", via)).toBe("passed");
    expect(await get("http://evil.test/q?id=%37", via)).toBe("blocked");
    expect(await get("http://evil.test/q?id=8", via)).toBe("passed");
    expect(await get("http://evil.test/q", via)).toBe("passed");
    expect(await get("http://[fd00:9:1:0:0::2]/six")).toBe("blocked");
    expect(await get(`http://[${SERVER_V6}]/seven`)).toBe("passed");
    table.replaceAll([]);
  });

  it("stay in force when the table is replaced by a larger one", async () => {
    const table = site.urlTable("block");
    table.add(urlKey("evil.test/kept"));
    expect(await get("http://evil.test/kept", { connectTo: SERVER })).toBe("blocked");
    const before = table.slotCount;
    for (let index = 0; index < 5000; index += 1) table.add(urlKey(`filler.test/${index}`));
    expect(table.slotCount).toBeGreaterThan(before);
    expect(await get("http://evil.test/kept", { connectTo: SERVER })).toBe("blocked");
    expect(await get("http://filler.test/4999", { connectTo: SERVER })).toBe("blocked");
    expect(await get("http://filler.test/5000", { connectTo: SERVER })).toBe("passed");
    table.replaceAll([]);
    expect(await get("http://evil.test/kept", { connectTo: SERVER })).toBe("passed");
  });

  it("normalise as the engine does, for every odd byte", async () => {
    const odd = [
      "/a%zz%4/%41b",
      "/a\\b%5cc",
      "/x/%2e%2e/y/.%2e/z/.",
      "/%u0041%u00e9%u20ac%uzz",
      "/caf%c3%a9/caf\u00c3\u00a9",
      "/a/..",
      "/../../b/",
      "//a///b//",
      "/q?x=%41%zz+%2b&y=%u0041//../",
      "/%00nul",
      "/t%25%32%35",
      "/~a;b=c,d@e:f",
      "/.hidden/..b/...",
    ];
    const table = site.urlTable("block");
    for (const path of odd) {
      table.replaceAll([urlKeyOfBytes(`odd.test${path}`)]);
      const head = `GET ${path} HTTP/1.1\r\nHost: odd.test\r\n\r\n`;
      expect([path, await raw([head])]).toEqual([path, ""]);
    }
    table.replaceAll([]);
    // Each character of `url` is one byte on the wire; entries are text, so UTF-8 is undone first.
    function urlKeyOfBytes(url: string) {
      return urlKey(Buffer.from(url, "latin1").toString("utf8"));
    }
  });
});
