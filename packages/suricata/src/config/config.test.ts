import { expect, it } from "vitest";
import { parseEveLine } from "../eve/eve-event.ts";
import { inlinePairCommands } from "./inline-pair.ts";
import { renderConfig } from "./render-config.ts";
import { parseErrors } from "./test-config.ts";
import { toYaml } from "./to-yaml.ts";

const options = {
  interfaceA: "a0",
  interfaceB: "b0",
  sensorName: 'odd "name": #1',
  commandSocket: "/run/x/command.socket",
  logDirectory: "/var/log/x",
  ruleDirectory: "/var/lib/x/rules",
  ruleFiles: ["breakwater.rules"],
  rangeCategoriesFile: "/var/lib/x/rules/categories.txt",
  rangeFiles: ["ranges.list"],
};

it("renders every setting that the inline pair depends on", () => {
  const yaml = renderConfig({ ...options, rangeEntries: 1_000_000, threads: 8 });
  expect(yaml.startsWith("%YAML 1.1\n---\n")).toBe(true);
  for (const line of [
    "exception-policy: ignore",
    "midstream: yes",
    "midstream-policy: ignore",
    "depth: 0",
    "defrag: no",
    "copy-mode: ips",
    "response-body-limit: 0",
    "meta-field-limit: 1048576",
    "headers-limit: 16384",
    "max-reassembly-size: 1048576",
    "filetype: regular",
    "flows: start",
    "allow-rules: yes",
    "copy-iface: b0",
    "copy-iface: a0",
    "memcap: 1024000000",
    "states: 336",
    String.raw`sensor-name: "odd \"name\": #1"`,
  ]) {
    expect(yaml).toContain(line);
  }
});

it("refuses a command socket that no address can name", () => {
  const commandSocket = `/tmp/${"x".repeat(110)}`;
  expect(() => renderConfig({ ...options, commandSocket })).toThrow(/longer than 107 bytes/);
});

it("writes YAML that keeps structure and quotes what is not plain", () => {
  const text = toYaml({
    a: 1,
    b: [{ c: true, d: ["x", "10.0.0.1"] }, "yes!", { e: { f: "" } }],
    g: undefined,
    h: [],
  });
  expect(text).toBe(
    '%YAML 1.1\n---\na: 1\nb:\n  - c: yes\n    d:\n      - x\n      - "10.0.0.1"\n  - "yes!"\n  - e:\n      f: ""\nh: []\n',
  );
});

it("prepares both interfaces of a pair", () => {
  const commands = inlinePairCommands(["a0", "b0"]).map((command) => command.join(" "));
  expect(commands).toEqual([
    "ethtool -K a0 tso off gso off gro off rx off tx off",
    "ip link set a0 up",
    "ethtool -K b0 tso off gso off gro off rx off tx off",
    "ip link set b0 up",
  ]);
});

it("tells apart the errors of a test run, each with its reason", () => {
  const errors = parseErrors(
    [
      "Info: detect: something",
      "Error: detect-parse: unknown rule keyword 'x'.",
      'Error: detect: error parsing signature "alert tcp any any -> any any (x; sid:1;)" from file /r/a.rules at line 7',
      "Error: rohash: no items",
      "Error: suricata: Loading signatures failed.",
    ].join("\n"),
  );
  expect(errors).toEqual([
    {
      message: "detect-parse: unknown rule keyword 'x'.",
      file: "/r/a.rules",
      line: 7,
      rule: "alert tcp any any -> any any (x; sid:1;)",
    },
    { message: "rohash: no items" },
  ]);
});

it("reads EVE lines without ever throwing", () => {
  expect(parseEveLine("")).toMatchObject({ kind: "malformed" });
  expect(parseEveLine('{"event_type":')).toMatchObject({ kind: "malformed" });
  expect(parseEveLine("[1]")).toMatchObject({ kind: "malformed" });
  expect(parseEveLine('{"event_type":"anomaly"}')).toEqual({ kind: "other", eventType: "anomaly" });
  expect(parseEveLine('{"event_type":"alert","timestamp":"x"}')).toMatchObject({
    kind: "malformed",
  });
  const line = JSON.stringify({
    timestamp: "2026-01-01T00:00:00.000000+0000",
    event_type: "alert",
    flow_id: 1,
    new_field: { a: 1 },
    alert: { action: "blocked", signature_id: 9_100_000, metadata: { tag: ["a"] } },
  });
  expect(parseEveLine(line)).toMatchObject({
    kind: "event",
    event: { event_type: "alert", alert: { signature_id: 9_100_000 } },
  });
});
