import { expect, test } from "vitest";
import { readOptions } from "./main-options.ts";

test("flags come before the environment, which comes before the defaults", () => {
  const env = { SMS_DATA_DIR: "/env", SMS_WEB: "[::1]:1", DATABASE_URL: "postgres://x/sms" };
  expect(
    readOptions(["--data-dir", "/flag", "--devices-url", "https://sms.example:1"], env),
  ).toEqual({
    databaseUrl: "postgres://x/sms",
    config: {
      dataDir: "/flag",
      web: { host: "::1", port: 1 },
      devices: { host: "127.0.0.1", port: 8451, publicUrl: "https://sms.example:1" },
    },
  });
});

test("credentials in addresses are accepted only when somebody says so", () => {
  const read = (env: Record<string, string>) =>
    readOptions(["--data-dir", "/x"], env).config.webApi?.queryCredentials;
  expect(read({})).toBeUndefined();
  expect(read({ SMS_WEB_API_QUERY_CREDENTIALS: "off" })).toBe(false);
  expect(read({ SMS_WEB_API_QUERY_CREDENTIALS: "on" })).toBe(true);
});

test.each([
  [[], /--data-dir is needed/],
  [["--data-dir", "/x", "--web", "everywhere"], /--web is HOST:PORT/],
  [["--data-dir", "/x", "--devices-url", "sms"], /--devices-url/],
  [["--data-dir", "/x", "--web-api-query-credentials", "maybe"], /credentials is on or off/],
  [["--colour", "red"], /--colour.*\n\nUsage/s],
])("%j is refused with the flag's name", (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
