import { expect, test } from "vitest";
import { configFromArguments, parseConfig } from "./config.ts";

const minimal = ["--data", "/tmp/agent", "--interfaces", "eth0,eth1"];

test("a short command line is enough; the token may come from the environment", () => {
  const config = configFromArguments(minimal, { BREAKWATER_TOKEN: "secret" });
  expect(config).toMatchObject({
    dataDirectory: "/tmp/agent",
    interfaces: ["eth0", "eth1"],
    token: "secret",
    engineOnStop: "keep",
  });
});

test.each([
  [["--interfaces", "a,b"], /dataDirectory/],
  [["--data", "/tmp/x", "--interfaces", "eth0"], /interfaces/],
  [["--data", "/tmp/x", "--interfaces", "a b,c"], /not an interface name/],
  [[...minimal, "--threads", "zero"], /threads/],
  [[...minimal, "--nonsense"], /nonsense/],
  [[...minimal, "--engine-on-stop", "explode"], /engineOnStop/],
])("%s is refused, naming the option and how to call", (args, words) => {
  expect(() => configFromArguments(args, {})).toThrow(words);
  expect(() => configFromArguments(args, {})).toThrow(/usage: agent/);
});

test("sizes have a floor", () => {
  const input = { dataDirectory: "/tmp/x", interfaces: ["a", "b"], spoolBytes: 10 };
  expect(() => parseConfig(input)).toThrow(/spoolBytes/);
});
