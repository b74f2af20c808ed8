import { type EntryType, ProfileBundle } from "@breakwater/protocol";
import { ReputationIndex } from "@breakwater/reputation-set";
import { parseEveLine } from "@breakwater/suricata";
import { beforeEach, expect, test } from "vitest";
import { PendingEntries } from "../data-plane/pending-entries.ts";
import { compilePolicy } from "../data-plane/policy.ts";
import { FILTERS } from "../test/fake-sms.test-helper.ts";
import { PendingWatch } from "./pending-watch.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const SHA256 = "ab".repeat(32);
const policy = compilePolicy(
  ProfileBundle.parse({
    profileId: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11",
    profileName: "Default",
    profileVersion: 1,
    policyId: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a11",
    set: "7d3f4a50-1c7e-4c79-9a70-6a4f1f7c0a12",
    filters: FILTERS,
    customRules: "",
    httpContext: { enabled: false, clientIpHeader: null },
    failureMode: "closed",
  }),
);

let now: number;
let index: ReputationIndex;
let pending: PendingEntries;
let watch: PendingWatch;
beforeEach(() => {
  now = START;
  index = new ReputationIndex();
  pending = new PendingEntries(() => now);
  watch = new PendingWatch();
});

function list(type: EntryType, value: string, filter = 1): void {
  index.put(type, value, filter);
  pending.add(type, value);
}

/** What the agent says of a line that the engine wrote at `time`. */
function seen(fields: object, time = now) {
  const common = { timestamp: new Date(time).toISOString(), flow_id: 7, proto: "TCP" };
  const parsed = parseEveLine(JSON.stringify({ ...common, ...fields }));
  if (parsed.kind !== "event") throw new Error(parsed.kind);
  return watch.match(parsed.event, { policy, index, segment: "a-b" }, pending.isPendingAt);
}

const request = {
  event_type: "http",
  src_ip: "192.0.2.1",
  src_port: 40000,
  dest_ip: "10.101.5.5",
  dest_port: 80,
  http: { hostname: "a.test", url: "/" },
};
const download = {
  event_type: "fileinfo",
  src_ip: "198.51.100.1",
  dest_ip: "192.0.2.1",
  fileinfo: { filename: "/f", state: "CLOSED", size: 3, sha256: SHA256 },
};

test("a range that waits for a reload is reported once per flow, as seen and not stopped", () => {
  list("cidr", "10.101.0.0/16");
  expect(seen(request)).toMatchObject([
    {
      matchedBy: "agent",
      verdict: "logged",
      kind: "reputation",
      filterNumber: 1,
      entry: { type: "cidr", value: "10.101.0.0/16" },
      src: "192.0.2.1",
      dst: "10.101.5.5",
      host: "a.test",
    },
  ]);
  expect(seen({ ...request, http: { hostname: "a.test", url: "/second" } })).toEqual([]);
  expect(seen({ ...request, flow_id: 8 })).toHaveLength(1);
  expect(seen({ ...request, flow_id: 9, dest_ip: "10.102.5.5" })).toEqual([]);
});

test("a file hash that waits is reported with the file", () => {
  list("sha256", SHA256);
  expect(seen(download)).toMatchObject([
    { matchedBy: "agent", entry: { type: "sha256", value: SHA256 }, fileSha256: SHA256 },
  ]);
  const other = { ...download.fileinfo, sha256: "cd".repeat(32) };
  expect(seen({ ...download, flow_id: 8, fileinfo: other })).toEqual([]);
});

test("once the engine has it, only lines from before count, read late as they may be", () => {
  list("cidr", "10.101.0.0/16");
  now += 1000;
  pending.loaded(pending.keys());
  expect(seen(request, START + 500)).toHaveLength(1);
  expect(seen({ ...request, flow_id: 8 }, START + 1500)).toEqual([]);
  expect(pending.isEmpty).toBe(false);
  now += 20_000;
  expect(pending.isEmpty).toBe(true);
});

test("what left the list, is trusted or silent is not reported", () => {
  list("cidr", "10.101.0.0/16");
  pending.delete("cidr", "10.101.0.0/16");
  expect(seen(request)).toEqual([]);
  for (const filter of [3, 4]) {
    list("cidr", "10.101.0.0/16", filter);
    expect(seen(request)).toEqual([]);
  }
});
