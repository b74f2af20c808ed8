import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FILES, type ProbeResult } from "@breakwater/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandSocket } from "./command/command-socket.ts";
import type { EngineCommands } from "./command/engine-commands.ts";
import { type DatasetKind, type Lane, LANES } from "./data-plane/lanes.ts";
import { addressHome, parseRange, renderRangeLine } from "./data-plane/ranges.ts";
import { decodeSid } from "./data-plane/sid-layout.ts";
import { reloadRules } from "./engine/reload-rules.ts";
import { createEngineSite, type EngineSite, until } from "./live-engine.test-helper.ts";
import { urlKey } from "./url/url-key.ts";

const SERVER = "10.9.1.2";
const OTHER = "10.9.1.3";
const SERVER_V6 = "fd00:9:1::2";
const OTHER_V6 = "fd00:9:1::3";

let site: EngineSite;
let socket: CommandSocket;
let commands: EngineCommands;

beforeAll(async () => {
  site = await createEngineSite();
  await site.engine.start();
  ({ socket, commands } = await site.connect());
});

afterAll(async () => {
  socket?.close();
  await site?.close();
});

const get = async (
  url: string,
  more: { connectTo?: string; headers?: Record<string, string> } = {},
) => (await site.lab.request({ url, timeoutMs: 600, ...more })).result;
const ask = async (name: string, tcp = false) =>
  (await site.lab.resolve({ name, server: SERVER, tcp })).result;

/** The entry is in the lane while `body` runs. */
async function withEntry(lane: Lane, kind: DatasetKind, value: string, body: () => Promise<void>) {
  await commands.datasetAdd(site.set(lane, kind), value);
  try {
    await body();
  } finally {
    await commands.datasetRemove(site.set(lane, kind), value);
  }
}

const reload = () => reloadRules({ commands, logFile: site.engine.logFile });

describe("the rule template", () => {
  it("loads completely, as packet and application rules", async () => {
    expect(await commands.failedRules()).toEqual([]);
    expect((await commands.rulesetStats()).loaded).toBe(5 * 41 + 8);
  });
});

describe("addresses", () => {
  it.each([
    [SERVER, OTHER],
    [SERVER_V6, OTHER_V6],
  ])("drops %s at once and lets it through again after removal", async (listed, other) => {
    const url = (address: string) => `http://${address.includes(":") ? `[${address}]` : address}/`;
    await withEntry("block", "ip", listed, async () => {
      expect(await get(url(listed))).toBe("blocked");
      expect(await get(url(other))).toBe("passed");
    });
    expect(await get(url(listed))).toBe("passed");
  });

  it("resets in the reset lane, over IPv4 and IPv6", async () => {
    await withEntry("reset", "ip", SERVER, async () => {
      expect(await get(`http://${SERVER}/`)).toBe("reset");
    });
    // Behind a router: of a neighbour on the wire, the answers to neighbour discovery are
    // rejected as well, so the client never gets as far as a connection.
    await withEntry("reset", "ip", "2001:db8::5", async () => {
      expect(await get("http://[2001:db8::5]/")).toBe("reset");
    });
  });

  it("does not answer its own resets: no storm while an address is listed", async () => {
    const alerts = () =>
      site
        .events()
        .filter(
          (event) =>
            event.event_type === "alert" &&
            [event.src_ip, event.dest_ip].some((address) => address === "198.51.100.66"),
        ).length;
    await withEntry("reset", "ip", "198.51.100.66", async () => {
      expect(await get("http://198.51.100.66/")).toBe("reset");
      expect((await site.lab.resolve({ name: "a.test", server: "198.51.100.66" })).result).toBe(
        "blocked",
      );
      expect(await until(alerts, (count) => count >= 2)).toBe(2);
    });
    expect(alerts()).toBe(2);
  });

  it("only reports in the notify lane", async () => {
    await withEntry("notify", "ip", SERVER, async () => {
      expect(await get(`http://${SERVER}/`)).toBe("passed");
    });
    const seen = () =>
      site
        .events()
        .some(
          (event) =>
            event.event_type === "alert" &&
            decodeSid(event.alert.signature_id)?.lane === "notify" &&
            event.alert.action === "allowed",
        );
    expect(await until(seen, Boolean)).toBe(true);
  });

  it("trusts in both directions, before any other lane", async () => {
    await commands.datasetAdd(site.set("trust", "ip"), SERVER);
    await withEntry("block", "ip", SERVER, async () => {
      expect(await get(`http://${SERVER}/`)).toBe("passed");
      await commands.datasetRemove(site.set("trust", "ip"), SERVER);
      expect(await get(`http://${SERVER}/`)).toBe("blocked");
    });
  });

  it("quarantines a client whatever it asks for", async () => {
    await withEntry("quarantine", "ip", "10.9.1.1", async () => {
      expect(await get(`http://${SERVER}/`)).toBe("blocked");
      expect(await get(`http://[${SERVER_V6}]/`)).toBe("passed");
    });
  });

  it("keeps an IPv6 address that ends in zeros apart from its IPv4 twin only as a range", async () => {
    await withEntry("block", "ip", "2001:db8::", async () => {
      expect(await commands.datasetLookup(site.set("block", "ip"), "32.1.13.184")).toBe(true);
    });
    expect(addressHome("2001:db8::")).toBe("range");
    site.writeRanges(renderRangeLine(parseRange("2001:db8::"), "block"));
    await reload();
    expect(await get("http://[2001:db8::]/")).toBe("blocked");
    expect(await get("http://[2001:db8::1]/")).toBe("passed");
    site.writeRanges("");
    await reload();
    expect(await get("http://[2001:db8::]/")).toBe("passed");
  });
});

describe("ranges", () => {
  it("drop after a reload, with holes, and cut a flow that already runs", async () => {
    // An unfinished request that goes on and on.
    const script = `const s = require("net").connect(80, "198.51.100.7"); s.on("error", () => {}); s.on("connect", () => console.log("connected"));
      s.write("GET / HTTP/1.1\\r\\n"); setInterval(() => s.write("x: y\\r\\n"), 30);`;
    const talker = site.lab.spawn("client", process.execPath, ["-e", script]);
    await new Promise((resolve) => talker.stdout?.once("data", resolve));
    const ended = new Promise<number | null>((resolve) => talker.on("exit", resolve));
    expect(await get("http://198.51.100.8/")).toBe("passed");
    site.writeRanges(
      renderRangeLine(parseRange("198.51.100.0/24"), "block") +
        renderRangeLine(parseRange("198.51.100.9"), "block", true) +
        renderRangeLine(parseRange("fd00:101:5::/48"), "reset"),
    );
    expect((await reload()).failedRules).toEqual([]);
    expect(await get("http://198.51.100.8/")).toBe("blocked");
    expect(await get("http://198.51.100.9/")).toBe("passed");
    expect(await get("http://[fd00:101:5::77]/")).toBe("reset");
    expect(await get("http://[fd00:101:6::77]/")).toBe("passed");
    const packets = () =>
      site
        .events()
        .filter(
          (event) =>
            event.event_type === "alert" &&
            decodeSid(event.alert.signature_id)?.kind === "range" &&
            [event.src_ip, event.dest_ip].includes("198.51.100.7"),
        ).length;
    expect(await until(packets, (count) => count > 0)).toBeGreaterThan(0);
    talker.kill("SIGKILL");
    await ended;
    site.writeRanges("");
    await reload();
    expect(await get("http://198.51.100.8/")).toBe("passed");
  });
});

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

describe("file hashes", () => {
  it("stop a listed file before its end, after a reload, and not another", async () => {
    const [bad] = LAB_FILES;
    site.writeRules({
      hashes: [
        { lane: "block", algorithm: "sha256", values: [bad.sha256] },
        { lane: "notify", algorithm: "md5", values: ["00000000000000000000000000000000"] },
      ],
    });
    expect((await reload()).failedRules).toEqual([]);
    const stopped = await site.lab.request({ url: `http://${SERVER}/bad.bin`, timeoutMs: 1500 });
    expect(stopped.result).toBe("blocked");
    expect(stopped.bytes).toBeLessThan(bad.body.length);
    expect(await get(`http://${SERVER}/good.bin`)).toBe("passed");
    const upload = join(site.directory, "upload.bin");
    writeFileSync(upload, bad.body);
    const sent = await site.lab.request({
      url: `http://${SERVER}/`,
      timeoutMs: 1500,
      args: ["--data-binary", `@${upload}`],
    });
    expect(sent.result).toBe("blocked");
    site.writeRules();
    await reload();
    expect(await get(`http://${SERVER}/bad.bin`)).toBe("passed");
  });

  it.each(["md5", "sha1"] as const)("work as %s", async (algorithm) => {
    const [bad] = LAB_FILES;
    site.writeRules({ hashes: [{ lane: "reset", algorithm, values: [bad[algorithm]] }] });
    await reload();
    expect(await get(`http://${SERVER}/bad.bin`)).toBe("reset");
    site.writeRules();
    await reload();
  });
});

describe("a reload", () => {
  it("keeps live sets, takes custom rules, and reports the bad ones", async () => {
    await withEntry("block", "ip", SERVER, async () => {
      site.writeRules({
        custom:
          'drop http any any -> any any (msg:"custom"; http.uri; content:"/forbidden"; sid:1000001;)\n' +
          'alert http any any -> any any (msg:"broken"; nonsense:1; sid:1000002;)\n',
      });
      const { stats, failedRules } = await reload();
      expect(stats.failed).toBe(1);
      expect(failedRules).toMatchObject([{ line: 2 }]);
      expect(failedRules[0]?.file).toContain("custom.rules");
      expect(await get(`http://${SERVER}/`)).toBe("blocked");
      expect(await get(`http://${OTHER}/forbidden`)).toBe("blocked");
      expect(await get(`http://${OTHER}/allowed`)).toBe("passed");
    });
    site.writeRules();
    await reload();
  });

  it("that cannot be done says so, and the old rules stay", async () => {
    const { configFile } = site.engineOptions;
    const config = readFileSync(configFile, "utf8");
    writeFileSync(configFile, "%YAML 1.1\n---\na: [broken\n");
    await expect(reload()).rejects.toThrow(/kept its old rules: .*yaml/);
    writeFileSync(configFile, config);
    await withEntry("block", "ip", SERVER, async () => {
      expect(await get(`http://${SERVER}/`)).toBe("blocked");
    });
    expect((await reload()).stats.failed).toBe(0);
  });

  it("may limit the alerts of packet rules while every packet is still dropped", async () => {
    site.writeRules({ packetAlertSeconds: 60 });
    await reload();
    const alerts = () =>
      site
        .events()
        .filter((event) => event.event_type === "alert" && event.dest_ip === "198.51.100.44")
        .length;
    await withEntry("block", "ip", "198.51.100.44", async () => {
      for (const _round of [1, 2, 3]) expect(await get("http://198.51.100.44/")).toBe("blocked");
      expect(await until(alerts, (count) => count > 0)).toBe(1);
    });
    site.writeRules();
    await reload();
  });

  it("brings a whole new set from its file, under a fresh name", async () => {
    const fresh = site.datasets.map((spec) =>
      spec.lane === "block" && spec.kind === "ip"
        ? { ...spec, name: `${spec.name}-1`, stateFile: `${spec.name}-1.lst` }
        : spec,
    );
    writeFileSync(join(site.directory, "data", "bw-block-ip-1.lst"), `${SERVER}\n${SERVER_V6}\n`);
    site.writeRules({ datasets: fresh });
    await reload();
    expect(await get(`http://${SERVER}/`)).toBe("blocked");
    expect(await get(`http://[${SERVER_V6}]/`)).toBe("blocked");
    site.writeRules();
    await reload();
    await commands.datasetClear({ name: "bw-block-ip-1", type: "ip" });
    expect(await get(`http://${SERVER}/`)).toBe("passed");
  });
});

describe("the command socket", () => {
  it("answers idempotently and knows a missing set from a missing entry", async () => {
    const set = site.set("block", "domain");
    expect(await commands.datasetAdd(set, "idem.test")).toBe("added");
    expect(await commands.datasetAdd(set, "idem.test")).toBe("present");
    expect(await commands.datasetLookup(set, "idem.test")).toBe(true);
    expect(await commands.datasetRemove(set, "idem.test")).toBe("removed");
    expect(await commands.datasetRemove(set, "idem.test")).toBe("absent");
    expect(await commands.datasetLookup(set, "idem.test")).toBe(false);
    await expect(
      commands.datasetAdd({ name: "bw-gone", type: "ip" }, SERVER),
    ).rejects.toMatchObject({ failure: "unknown-set" });
    await expect(
      commands.datasetRemove({ name: set.name, type: "ip" }, SERVER),
    ).rejects.toMatchObject({ failure: "unknown-set" });
  });

  it.each(["10.0.0.0/8", "not an address", ""])("refuses the address %j", async (value) => {
    await expect(commands.datasetAdd(site.set("block", "ip"), value)).rejects.toMatchObject({
      failure: "refused",
    });
  });

  it("never sends a command that would abort the engine", async () => {
    const long = `${"a".repeat(3000)}.test`;
    const refusal = commands.datasetAdd(site.set("block", "domain"), long);
    await expect(refusal).rejects.toMatchObject({ failure: "too-long" });
    expect(await commands.uptime()).toBeGreaterThanOrEqual(0);
  });

  it("survives a burst from many callers: one command per write", async () => {
    const set = site.set("notify", "ip");
    const addresses = Array.from(
      { length: 300 },
      (_, index) => `172.16.${index >> 8}.${index & 255}`,
    );
    const added = await Promise.all(addresses.map((address) => commands.datasetAdd(set, address)));
    expect(added.filter((answer) => answer === "added")).toHaveLength(300);
    const removed = await Promise.all(
      addresses.map((address) => commands.datasetRemove(set, address)),
    );
    expect(removed.filter((answer) => answer === "removed")).toHaveLength(300);
  });

  it("holds as many entries as a set is planned for", async () => {
    // The largest entries a set may get; the engine evicts silently over its memory cap.
    const set = site.set("quarantine", "domain");
    const name = (index: number) => `${"x".repeat(60)}.${"y".repeat(60)}.${index}.test`;
    const count = 3000;
    await Promise.all(
      Array.from({ length: count }, (_, index) => commands.datasetAdd(set, name(index))),
    );
    const found = await Promise.all(
      Array.from({ length: count }, (_, index) => commands.datasetLookup(set, name(index))),
    );
    expect(found.filter(Boolean)).toHaveLength(count);
    await commands.datasetClear(set);
  });

  it("tells version, counters and reopens logs", async () => {
    expect(await commands.version()).toMatch(/^7\./);
    expect(await commands.dumpCounters()).toHaveProperty("uptime");
    await commands.reopenLogs();
  });
});

describe("EVE", () => {
  it("carries what an event needs", async () => {
    await withEntry("block", "domain", "eve.test", async () => {
      await get("http://www.eve.test/x?y=1", {
        connectTo: SERVER,
        headers: { "X-Forwarded-For": "203.0.113.50", "True-Client-IP": "203.0.113.51" },
      });
    });
    const find = () =>
      site
        .events()
        .find((event) => event.event_type === "alert" && event.http?.hostname === "www.eve.test");
    const event = await until(find, (found) => found !== undefined);
    expect(event).toMatchObject({
      event_type: "alert",
      host: "lab device",
      src_ip: "10.9.1.1",
      dest_ip: SERVER,
      alert: {
        action: "blocked",
        xff: "203.0.113.50",
        metadata: { bw_lane: ["block"], bw_kind: ["domain"], bw_where: ["host"] },
      },
      verdict: { action: "drop" },
      http: { hostname: "www.eve.test", url: "/x?y=1" },
    });
  });

  it("carries the client's address in http events too", async () => {
    const headers = { "X-Forwarded-For": "203.0.113.50", "True-Client-IP": "203.0.113.51" };
    expect(await get(`http://${SERVER}/clientip`, { headers })).toBe("passed");
    const find = () =>
      site.events().find((event) => event.event_type === "http" && event.http.url === "/clientip");
    expect(await until(find, (found) => found !== undefined)).toMatchObject({
      http: {
        xff: "203.0.113.50",
        request_headers: [{ name: "True-Client-IP", value: "203.0.113.51" }],
        status: 200,
      },
    });
  });

  it("hashes every file", async () => {
    const [, good] = LAB_FILES;
    await get(`http://${SERVER}/good.bin`);
    const hashed = () =>
      site
        .events()
        .some(
          (event) =>
            event.event_type === "fileinfo" &&
            event.fileinfo.sha256 === good.sha256 &&
            event.fileinfo.sha1 === good.sha1 &&
            event.fileinfo.md5 === good.md5,
        );
    expect(await until(hashed, Boolean)).toBe(true);
  });

  it("covers every lane with rules that decode to it", () => {
    const lanes = new Set(
      site
        .events()
        .filter((event) => event.event_type === "alert")
        .map(
          (event) => decodeSid(event.event_type === "alert" ? event.alert.signature_id : 0)?.lane,
        ),
    );
    expect([...lanes].filter((lane) => lane !== undefined)).toEqual(
      expect.arrayContaining(LANES.filter((lane) => lane !== "trust")),
    );
  });
});
