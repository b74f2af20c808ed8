import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FILES } from "@breakwater/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineCommands } from "./command/engine-commands.ts";
import { addressHome, parseRange, renderRangeLine } from "./data-plane/ranges.ts";
import { decodeSid } from "./data-plane/sid-layout.ts";
import {
  type EngineSite,
  type LiveEngine,
  OTHER,
  OTHER_V6,
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

describe("the rule template", () => {
  it("loads completely, as packet and application rules", async () => {
    expect(await commands.failedRules()).toEqual([]);
    expect((await commands.rulesetStats()).loaded).toBe(5 * 42 + 8);
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
