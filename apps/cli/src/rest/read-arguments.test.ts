import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hubApi, smsApi } from "@breakwater/protocol";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UsageError } from "../usage-error.ts";
import { type RestCommand, restCommands } from "./commands.ts";
import { helpForCommand } from "./help.ts";
import { readArguments } from "./read-arguments.ts";

const commands = [...restCommands(smsApi), ...restCommands(hubApi)];

function command(key: string): RestCommand {
  const found = commands.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no endpoint ${key}`);
  return found;
}

const read = (key: string, ...args: string[]) => readArguments(command(key), args).request;

describe("the words of a command", () => {
  it("become path parameters, query and body", () => {
    expect(read("GET /api/v1/reputation/entries", "--q", "evil", "--limit", "5").query).toEqual({
      q: "evil",
      limit: 5,
    });
    expect(read("PATCH /auth/v1/users/{id}", "7", "--enabled", "false")).toEqual({
      params: { id: "7" },
      query: {},
      body: { enabled: false },
    });
  });

  it("describe the one element of a list", () => {
    const { body } = read(
      "POST /hub/v1/objects",
      "--value=198.51.100.7",
      "--risk-level=High",
      "--days-to-expiration=null",
    );
    expect(body).toEqual({
      objects: [{ value: "198.51.100.7", riskLevel: "High", daysToExpiration: null }],
    });
  });

  it("may bring the body whole, or long text from a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "breakwater-cli-")), "local.rules");
    writeFileSync(file, "alert ip any any -> any any (sid:1;)\n");
    const key = "PUT /api/v1/profiles/{id}/custom-rules";
    const id = "00000000-0000-4000-8000-000000000001";
    expect(read(key, id, "--version", "3", "--rules", `@${file}`).body).toEqual({
      version: 3,
      rules: "alert ip any any -> any any (sid:1;)\n",
    });
    const body = '{"objects":[{"value":"a.example"},{"value":"b.example"}]}';
    expect(read("POST /hub/v1/objects", "--body", body).body).toEqual(JSON.parse(body));
  });

  it("repeat a flag for a list of words", () => {
    const { body } = read("POST /api/v1/reputation/entries/delete", "--ids", "1", "--ids", "2");
    expect(body).toEqual({ ids: ["1", "2"] });
  });
});

describe("a command that uploads", () => {
  const upload: RestCommand = {
    noun: "things",
    verb: "import",
    params: [],
    key: "POST /api/v1/things/import",
    endpoint: {
      summary: "Import",
      permission: "public",
      consumes: "bytes",
      query: z.strictObject({ format: z.string() }),
      response: z.object({}),
    },
  };

  it("sends a file, read while it is sent", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "breakwater-cli-")), "list.txt");
    writeFileSync(file, "a.example\n");
    const { request } = readArguments(upload, ["--format", "plain", "--file", file]);
    expect(request.query).toEqual({ format: "plain" });
    let text = "";
    for await (const piece of request.body as AsyncIterable<Buffer>) text += piece.toString();
    expect(text).toBe("a.example\n");
    expect(helpForCommand("sms", upload)).toContain("--file <path> or -");
  });

  it("names a file that is missing or cannot be read", () => {
    const given = (...args: string[]) => readArguments(upload, ["--format", "plain", ...args]);
    expect(() => given()).toThrow("needs --file");
    expect(() => given("--file", "/nowhere/at/all")).toThrow(/cannot read .*ENOENT/);
    expect(() => given("--body", "{}")).toThrow("takes --file");
  });
});

describe("a mistake is named before anything is sent", () => {
  const mistakes: [key: string, args: string[], message: RegExp][] = [
    ["GET /api/v1/devices/{id}", [], /takes <id>, not nothing/],
    ["GET /api/v1/devices", ["extra"], /takes nothing, not extra/],
    ["GET /api/v1/reputation/entries", ["--limit", "9000"], /--limit: /],
    ["GET /api/v1/reputation/entries", ["--colour", "red"], /--colour/],
    ["POST /hub/v1/objects", ["--risk-level", "High"], /--value: /],
    ["POST /hub/v1/objects", ["--value", "x", "--risk-level", "huge"], /--risk-level: /],
    ["POST /hub/v1/objects", ["--body", "{"], /--body is not JSON/],
    ["POST /hub/v1/objects", ["--body", "@/nowhere/at/all"], /cannot read/],
    ["PATCH /auth/v1/users/{id}", ["7", "--enabled", "maybe"], /--enabled: /],
    ["GET /api/v1/devices", ["--output", "xml"], /table or json/],
  ];
  it.each(mistakes)("%s %j", (key, args, message) => {
    expect(() => read(key, ...args)).toThrow(UsageError);
    expect(() => read(key, ...args)).toThrow(message);
  });
});
