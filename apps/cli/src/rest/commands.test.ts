import { type Api, hubApi, smsApi } from "@breakwater/protocol";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { restCommands } from "./commands.ts";

const words = (api: Parameters<typeof restCommands>[0]) =>
  new Map(
    restCommands(api).map(({ key, noun, verb, params }) => [
      key,
      [noun, verb, ...params.map((name) => `<${name}>`)].join(" "),
    ]),
  );

describe("commands derived from endpoint tables", () => {
  it.each([
    ["GET /api/v1/devices", "devices list"],
    ["GET /api/v1/devices/{id}", "devices get <id>"],
    ["PATCH /api/v1/devices/{id}", "devices update <id>"],
    ["DELETE /api/v1/devices/{id}", "devices delete <id>"],
    ["POST /api/v1/device-enrollment-tokens", "device-enrollment-tokens create"],
    ["GET /api/v1/overview", "overview get"],
    ["POST /api/v1/reputation/entries", "reputation-entries create"],
    ["POST /api/v1/reputation/entries/delete", "reputation-entries delete-many"],
    ["DELETE /api/v1/reputation/entries/{id}", "reputation-entries delete <id>"],
    ["PUT /api/v1/profiles/{id}/reputation-filters", "profiles set-reputation-filters <id>"],
    ["POST /api/v1/profiles/preview", "profiles preview"],
    ["POST /api/v1/vision-one/connect", "vision-one connect"],
    ["PUT /auth/v1/roles/{name}", "roles set <name>"],
  ])("%s is %s", (key, expected) => {
    expect(words(smsApi).get(key)).toBe(expected);
  });

  it("calls a CSV file an export of what its path names", () => {
    const csv = {
      summary: "",
      permission: "public",
      produces: "csv",
      response: z.object({ id: z.string() }),
    } as const;
    const list = {
      ...csv,
      produces: "json" as const,
      response: z.object({ items: z.array(z.string()) }),
    };
    const api = {
      "GET /api/v1/things": list,
      "GET /api/v1/things.csv": csv,
      "GET /api/v1/things/{id}/parts": list,
      "GET /api/v1/things/{id}/parts.csv": csv,
    } as const satisfies Api;
    expect([...words(api).values()].toSorted()).toEqual([
      "things export",
      "things export-parts <id>",
      "things list",
      "things parts <id>",
    ]);
  });

  it("names every endpoint once", () => {
    for (const api of [smsApi, hubApi]) {
      expect(new Set(words(api).values()).size).toBe(Object.keys(api).length);
    }
  });
});
