import { createReadStream, openSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf, type Upload } from "@breakwater/protocol";
import type { z } from "zod";
import { UsageError } from "../usage-error.ts";
import type { RestCommand } from "./commands.ts";
import { elementFieldsOf, type Field, fieldsOf } from "./fields.ts";

export type RestRequest = {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
};

export type RestFlags = {
  url: string | undefined;
  apiKey: string | undefined;
  output: string;
  all: boolean;
  help: boolean;
};

/** Flags every REST command has. */
const COMMON = {
  url: { type: "string" },
  "api-key": { type: "string" },
  output: { type: "string", short: "o" },
  body: { type: "string" },
  all: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;
/** Of commands that upload. */
const FILE = { file: { type: "string" } } as const;
export const COMMON_FLAGS: readonly string[] = Object.keys(COMMON);

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

/**
 * Turns the words after `<noun> <verb>` into a request, checked against the endpoint's schemas, so
 * that a mistake is named before anything is sent.
 *
 * @throws UsageError
 */
export function readArguments(
  command: RestCommand,
  args: readonly string[],
): { request: RestRequest; flags: RestFlags } {
  const element = elementFieldsOf(command.endpoint.body);
  const query = fieldsOf(command.endpoint.query);
  const body = element?.fields ?? fieldsOf(command.endpoint.body);
  const sendsFile = command.endpoint.consumes === "bytes";
  const { values, positionals } = parse([...query, ...body], sendsFile, args);
  const flags = commonFlags(values);
  if (flags.help) return { request: { params: {}, query: {}, body: undefined }, flags };
  return {
    flags,
    request: {
      params: readParams(command, positionals),
      query: checked(command.endpoint.query, readFields(query, values), query),
      body: sendsFile
        ? readUpload(command, values)
        : readBody(command, values, body, element?.list),
    },
  };
}

function parse(fields: readonly Field[], sendsFile: boolean, args: readonly string[]) {
  const options = Object.fromEntries(
    fields
      .filter(({ flag }) => !COMMON_FLAGS.includes(flag))
      .map(({ flag, kind }) => [flag, { type: "string" as const, multiple: kind === "list" }]),
  );
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...options, ...COMMON, ...(sendsFile ? FILE : {}) },
      allowPositionals: true,
    });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(messageOf(error), error);
  }
}

function commonFlags(values: Values): RestFlags {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const output = text("output") ?? "table";
  if (output !== "table" && output !== "json") {
    throw new UsageError(`--output ${output}: use table or json`);
  }
  return {
    url: text("url"),
    apiKey: text("api-key"),
    output,
    all: values["all"] === true,
    help: values["help"] === true,
  };
}

function readParams(command: RestCommand, positionals: readonly string[]): Record<string, string> {
  const { params } = command;
  if (positionals.length !== params.length) {
    const wanted = params.length === 0 ? "nothing" : params.map((name) => `<${name}>`).join(" ");
    const given = positionals.length === 0 ? "nothing" : positionals.join(" ");
    throw new UsageError(`${command.noun} ${command.verb} takes ${wanted}, not ${given}`);
  }
  return Object.fromEntries(params.map((name, index) => [name, positionals[index] ?? ""]));
}

function readBody(
  command: RestCommand,
  values: Values,
  fields: readonly Field[],
  list: string | undefined,
): unknown {
  const { body: schema } = command.endpoint;
  const whole = values["body"];
  if (schema === undefined) {
    if (whole !== undefined) throw new UsageError(`${command.noun} ${command.verb} has no body`);
    return undefined;
  }
  if (typeof whole === "string") return checked(schema, parseJson("body", textOf(whole)), fields);
  const given = readFields(fields, values);
  return checked(schema, list === undefined ? given : { [list]: [given] }, fields);
}

/** A file of any size, read while it is sent; `-` is standard input. */
function readUpload({ noun, verb }: RestCommand, values: Values): Upload {
  const { file, body } = values;
  if (body !== undefined) throw new UsageError(`${noun} ${verb} takes --file, not --body`);
  if (typeof file !== "string") throw new UsageError(`${noun} ${verb} needs --file <path> or -`);
  if (file === "-") return process.stdin;
  try {
    return createReadStream(file, { fd: openSync(file, "r") });
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`, error);
  }
}

function readFields(fields: readonly Field[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = COMMON_FLAGS.includes(field.flag) ? undefined : values[field.flag];
      return value === undefined ? [] : [[field.name, readField(field, value)]];
    }),
  );
}

function readField(field: Field, value: string | boolean | (string | boolean)[]): unknown {
  if (Array.isArray(value) || typeof value === "boolean") return value;
  if (field.nullable && value === "null") return null;
  switch (field.kind) {
    case "number":
      return value.trim() === "" ? value : Number(value);
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "json":
      return parseJson(field.flag, textOf(value));
    case "text":
    case "list":
      return field.long ? textOf(value) : value;
  }
}

/** `@path` stands for the content of that file, `-` for standard input. */
function textOf(value: string): string {
  if (value !== "-" && !value.startsWith("@")) return value;
  try {
    return readFileSync(value === "-" ? 0 : value.slice(1), "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${value}: ${messageOf(error)}`, error);
  }
}

function parseJson(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--${flag} is not JSON: ${messageOf(error)}`, error);
  }
}

/** The value as given: defaults are the server's to add. */
function checked<T>(schema: z.ZodType | undefined, value: T, fields: readonly Field[]): T {
  if (schema === undefined) return value;
  const result = schema.safeParse(value);
  if (result.success) return value;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path.findLast((part) => typeof part === "string") ?? "");
    const field = fields.find((candidate) => candidate.name === name);
    return `${field === undefined ? name : `--${field.flag}`}: ${issue.message}`;
  });
  throw new UsageError(problems.join("\n"), result.error);
}
