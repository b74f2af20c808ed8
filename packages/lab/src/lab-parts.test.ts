import { describe, expect, it } from "vitest";
import { createLab } from "./lab.ts";
import { labNames } from "./lab-names.ts";
import { answerDnsQuery } from "./lab-server/dns-answer.ts";
import { curlArguments } from "./probe.ts";
import { LAB_TOOLS, type Machine, missingRequirements, requireLab } from "./requirements.ts";

const able: Machine = { platform: "linux", userId: 0, hasTool: () => true };

describe("requirements", () => {
  it("are met by a machine that has all", () => {
    expect(missingRequirements(able)).toEqual([]);
  });

  it("name every missing piece and the command that brings it", () => {
    const bare: Machine = { ...able, userId: 1000, hasTool: () => false };
    expect(() => requireLab(bare)).toThrow(/needs root: repeat the command with sudo/);
    const details = missingRequirements(bare);
    expect(details.map(({ value }) => value)).toEqual(["1000", ...Object.keys(LAB_TOOLS)]);
    expect(details.find(({ value }) => value === "dig")?.remedy).toBe(
      "apt-get install -y --no-install-recommends dnsutils",
    );
    expect(details.find(({ value }) => value === "suricata")?.remedy).toContain("backports");
  });

  it("stop at another operating system", () => {
    expect(() => requireLab({ ...able, platform: "darwin" })).toThrow(/Linux only/);
  });
});

describe("names", () => {
  it("fit into interfaces and keep labs apart", () => {
    const [a, b] = [labNames("one-name-that-is-as-long".slice(0, 24)), labNames("two")];
    for (const names of [a, b]) {
      for (const end of ["client", "a", "b", "server"] as const) {
        expect(names.link(end, 16).length).toBeLessThanOrEqual(15);
      }
    }
    expect(a.link("a", 1)).not.toBe(b.link("a", 1));
    expect(b.device(3)).toBe("bw-two-ips3");
  });

  it.each(["", "Upper", "with space", "../x", "a".repeat(25), "-x"])("%j is none", (name) => {
    expect(() => labNames(name)).toThrow(/is not a valid lab name/);
  });

  it("and numbers of devices are checked before anything is made", async () => {
    const refused = createLab({ name: "x", dir: "/nonexistent", devices: 17 });
    await expect(refused).rejects.toMatchObject({ code: "InvalidRequest" });
  });
});

describe("the lab's DNS", () => {
  const addresses = { v4: "10.9.1.2", v6: "fd00:9:1::2" };
  const query = (name: string, type: number) => {
    const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
    return Buffer.from([0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, type, 0, 1]);
  };

  it("answers A and AAAA, and nothing for other types", () => {
    const a = answerDnsQuery(query("x.test", 1), addresses);
    expect(a?.subarray(0, 2)).toEqual(Buffer.from([0xab, 0xcd]));
    expect(a?.subarray(-4)).toEqual(Buffer.from([10, 9, 1, 2]));
    const aaaa = answerDnsQuery(query("x.test", 28), addresses);
    expect(aaaa?.subarray(-16).toString("hex")).toBe("fd000009000100000000000000000002");
    expect(answerDnsQuery(query("x.test", 16), addresses)?.readUInt16BE(6)).toBe(0);
  });

  it("ignores what is no query", () => {
    const whole = query("some.name.test", 1);
    for (let length = 0; length < whole.length; length += 1) {
      expect(answerDnsQuery(whole.subarray(0, length), addresses)).toBeUndefined();
    }
    expect(answerDnsQuery(Buffer.alloc(64, 0xff), addresses)).toBeUndefined();
  });
});

it("binds a request to an address of either family", () => {
  const args = curlArguments({ url: "http://a.test/", connectTo: "fd00::1", headers: { A: "b" } });
  expect(args).toContain("::[fd00::1]:");
  expect(args.join(" ")).toContain("--header A: b");
  expect(args.at(-1)).toBe("http://a.test/");
});
