import { describe, expect, it } from "vitest";
import { UsageError } from "../usage-error.ts";
import { readUpOptions } from "./up-options.ts";

describe("the flags of breakwater up", () => {
  it("keep everything on loopback, on known ports, in one folder", () => {
    const options = readUpOptions([], {});
    expect(options).toMatchObject({ host: "127.0.0.1", lab: true, samples: true });
    expect(options.ports).toEqual({ hubWeb: 7400, hubTls: 7443, smsWeb: 7500, smsTls: 7543 });
    expect(options.dataFolder).toMatch(/\/\.breakwater$/);
  });

  it("move all ports, or one", () => {
    const args = ["--port-base", "9000", "--sms-port", "8080"];
    expect(readUpOptions(args, {}).ports).toEqual({
      hubWeb: 9000,
      hubTls: 9043,
      smsWeb: 8080,
      smsTls: 9143,
    });
    expect(readUpOptions([], { BREAKWATER_PORT_BASE: "9000" }).ports.hubWeb).toBe(9000);
  });

  it("take the folder and an own database from the environment", () => {
    const env = { BREAKWATER_DATA: "/srv/breakwater", DATABASE_URL: "postgresql://db/x" };
    expect(readUpOptions([], env)).toMatchObject({
      dataFolder: "/srv/breakwater",
      databaseUrl: "postgresql://db/x",
    });
    expect(readUpOptions(["--data", "/tmp/x"], env).dataFolder).toBe("/tmp/x");
  });

  it.each([
    [["--port-base", "0"], /--port-base 0/],
    [["--port-base", "65500"], /65543 does not exist|65600 does not exist|smaller base/],
    [["--hub-port", "http"], /--hub-port http/],
    [["--lab"], /--lab/],
    [["now"], /now/],
  ])("refuse %j", (args, message) => {
    expect(() => readUpOptions(args, {})).toThrow(UsageError);
    expect(() => readUpOptions(args, {})).toThrow(message);
  });
});
