import { expect, it } from "vitest";
import { parsePostmasterPid } from "./postmaster-pid.ts";
import { roleIn } from "./processes.ts";

const cluster = { folder: "/data/cluster", name: "breakwater-12ab" };

it.each([
  [["/opt/bin/postgres", "-D", "/data/cluster", "-c", "x=y"], "postmaster"],
  [["/opt/bin/postgres", "-D", "/data/cluster2"], null],
  [["postgres: breakwater-12ab: checkpointer "], "child"],
  [["postgres: breakwater-12abc: checkpointer "], null],
  [["vim", "-D", "/data/cluster"], null],
  [["postgres"], null],
  [[], null],
])("recognises %j as %s", (commandLine, role) => {
  expect(roleIn(cluster, commandLine)).toBe(role);
});

it("reads the server's lock file", () => {
  const text = "4711\n/data/cluster\n1700000000\n5432\n/data/s\n\n  8450 3\nready   \n";
  expect(parsePostmasterPid(text)).toEqual({
    pid: 4711,
    folder: "/data/cluster",
    started: 1_700_000_000,
    port: 5432,
    socketDir: "/data/s",
    status: "ready",
  });
});

it("reads a torn lock file as empty", () => {
  expect(parsePostmasterPid("")).toMatchObject({ pid: null, folder: "", status: "" });
});
