import type { RestCommand } from "./commands.ts";
import { elementFieldsOf, type Field, fieldsOf } from "./fields.ts";

/** Every command of an API, one line each. */
export function helpForApi(app: string, commands: readonly RestCommand[]): string {
  const lines = commands.map((command) => [usage(command), command.endpoint.summary] as const);
  const longest = Math.max(...lines.map(([left]) => left.length));
  return [
    `breakwater ${app} <noun> <verb> [flags]`,
    "",
    ...lines.map(([left, summary]) => `  ${left.padEnd(longest)}  ${summary}`),
    "",
    ...COMMON_HELP,
  ].join("\n");
}

/** One command with its flags. */
export function helpForCommand(app: string, command: RestCommand): string {
  const { endpoint } = command;
  const element = elementFieldsOf(endpoint.body);
  const fields = [...fieldsOf(endpoint.query), ...(element?.fields ?? fieldsOf(endpoint.body))];
  const flags = fields.map((field) => [flagUsage(field), flagNote(field)] as const);
  const longest = Math.max(0, ...flags.map(([left]) => left.length));
  const sendsFile = endpoint.consumes === "bytes";
  return [
    `breakwater ${app} ${usage(command)} [flags]`,
    `${endpoint.summary} (${command.key})`,
    ...(endpoint.produces === "csv" ? ["Writes CSV to standard output."] : []),
    "",
    ...flags.map(([left, note]) => `  ${left.padEnd(longest)}  ${note}`.trimEnd()),
    ...(sendsFile ? ["  --file <path> or -  what to upload; - is standard input"] : []),
    ...(endpoint.body === undefined
      ? []
      : ["  --body <json>, @<file> or - for standard input, instead of the flags above"]),
    "",
    ...COMMON_HELP,
  ].join("\n");
}

const COMMON_HELP = [
  "  --url <url>            server to talk to; BREAKWATER_SMS_URL or BREAKWATER_HUB_URL",
  "  --api-key <key>        API key; better BREAKWATER_API_KEY, which other users cannot see",
  "  --output table|json    form of the answer; table unless given",
  "  --all                  every page of a list",
];

function usage({ noun, verb, params }: RestCommand): string {
  return [noun, verb, ...params.map((name) => `<${name}>`)].join(" ");
}

function flagUsage({ flag, kind, values }: Field): string {
  if (values.length > 0 && values.length <= 6) return `--${flag} ${values.join("|")}`;
  const placeholder = {
    text: "text",
    number: "number",
    boolean: "true|false",
    list: "text",
    json: "json",
  };
  return `--${flag} <${placeholder[kind]}>`;
}

function flagNote({ required, kind, long }: Field): string {
  return [
    required ? "required" : "",
    kind === "list" ? "may be repeated" : "",
    long || kind === "json" ? "@file reads it from a file" : "",
  ]
    .filter((note) => note !== "")
    .join("; ");
}
