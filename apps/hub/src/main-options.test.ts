import { expect, test } from "vitest";
import { readOptions } from "./main-options.ts";

test("flags come before the environment, which comes before the defaults", () => {
  const env = { HUB_DATA_DIR: "/env", HUB_WEB: "[::1]:1", DATABASE_URL: "postgres://x/hub" };
  expect(
    readOptions(["--data-dir", "/flag", "--product-url", "https://hub.example:1"], env),
  ).toEqual({
    databaseUrl: "postgres://x/hub",
    config: {
      dataDir: "/flag",
      web: { host: "::1", port: 1 },
      product: { host: "127.0.0.1", port: 8441, publicUrl: "https://hub.example:1" },
    },
  });
});

test.each([
  [[], /--data-dir is needed/],
  [["--data-dir", "/x", "--web", "everywhere"], /--web is HOST:PORT/],
  [["--data-dir", "/x", "--product-url", "hub"], /--product-url/],
  [["--colour", "red"], /--colour.*\n\nUsage/s],
])("%j is refused with the flag's name", (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
