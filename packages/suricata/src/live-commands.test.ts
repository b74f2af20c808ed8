import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FILES } from "@breakwater/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineCommands } from "./command/engine-commands.ts";
import { LANES, type Lane } from "./data-plane/lanes.ts";
import { decodeSid } from "./data-plane/sid-layout.ts";
import {
  type EngineSite,
  type LiveEngine,
  OTHER,
  SERVER,
  SERVER_V6,
  startLiveEngine,
  until,
} from "./live-engine.test-helper.ts";

let live: LiveEngine;
let site: EngineSite;
let commands: EngineCommands;
let get: LiveEngine["get"];
let withEntry: LiveEngine["withEntry"];
let reload: LiveEngine["reload"];

beforeAll(async () => {
  live = await startLiveEngine();
  ({ site, commands, get, withEntry, reload } = live);
});
afterAll(() => live?.close());

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

  it("goes on after a command that the engine does not know", async () => {
    const { socket, commands: own } = await site.connect();
    expect(await socket.send("no-such-command")).toEqual({ ok: false, message: "Unknown command" });
    expect(await own.uptime()).toBeGreaterThanOrEqual(0);
    socket.close();
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

  it("names the lane of each alert by its sid, and is silent about trust", async () => {
    const address = (lane: Lane) => `198.51.100.${80 + LANES.indexOf(lane)}`;
    for (const lane of LANES) {
      await withEntry(lane, "ip", address(lane), async () => {
        await get(`http://${address(lane)}/`);
      });
    }
    const lanes = () =>
      LANES.map((lane) => {
        const alert = site
          .events()
          .find((event) => event.event_type === "alert" && event.dest_ip === address(lane));
        return alert?.event_type === "alert"
          ? decodeSid(alert.alert.signature_id)?.lane
          : undefined;
      });
    const expected = LANES.map((lane) => (lane === "trust" ? undefined : lane));
    expect(await until(lanes, (found) => found.filter(Boolean).length === 4)).toEqual(expected);
  });
});
