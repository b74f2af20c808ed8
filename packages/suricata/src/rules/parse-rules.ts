/** A rule's keyword and what follows its colon, both trimmed; quotes and escapes are kept. */
export type RuleOption = { keyword: string; value: string | undefined };

export type ParsedRule = {
  /** First line of the rule, from 1. */
  line: number;
  /** False for a rule that is commented out. */
  enabled: boolean;
  action: string;
  protocol: string;
  source: string;
  sourcePort: string;
  direction: string;
  destination: string;
  destinationPort: string;
  sid: number | undefined;
  gid: number;
  rev: number;
  message: string;
  classtype: string | undefined;
  priority: number | undefined;
  /** `metadata:key value, ...`; a key may repeat. */
  metadata: ReadonlyMap<string, readonly string[]>;
  references: readonly { system: string; id: string }[];
  options: readonly RuleOption[];
  raw: string;
};

export type RuleProblem = { line: number; sid?: number; reason: string; remedy: string };
export type ParsedRules = { rules: ParsedRule[]; problems: RuleProblem[] };

export const RULE_ACTIONS = [
  "alert",
  "drop",
  "pass",
  "reject",
  "rejectsrc",
  "rejectdst",
  "rejectboth",
] as const;
/** Suricata cuts a longer rule in two and reads the rest as another rule. */
export const MAX_RULE_CHARACTERS = 8000;

const FIELD = String.raw`(\[[^\]]*(?:\[[^\]]*\][^\]]*)*\]|!?\[.*?\]|\S+)`;
const HEADER = new RegExp(
  String.raw`^(\w+)\s+(\S+)\s+${FIELD}\s+${FIELD}\s+(->|<>)\s+${FIELD}\s+${FIELD}\s*\((.*)\)\s*$`,
  "s",
);
const DISABLED = new RegExp(`^#+\\s*(?=(?:${RULE_ACTIONS.join("|")})\\s)`);

/**
 * Reads rule files the way Suricata's loader does, so that nothing is a rule to the engine
 * and text to us: lines joined at a trailing backslash, options ending at each unescaped
 * semicolon, inside quotes too. Lines that are no rule become problems.
 */
export function parseRules(text: string): ParsedRules {
  const rules: ParsedRule[] = [];
  const problems: RuleProblem[] = [];
  for (const { line, raw } of logicalLines(text)) {
    const enabled = !raw.startsWith("#");
    if (!enabled && !DISABLED.test(raw)) continue;
    const result = parseRule(raw.replace(DISABLED, ""), line, enabled);
    if (typeof result === "object") rules.push(result);
    // What is commented out and cannot be read was prose.
    else if (enabled) problems.push({ line, reason: result, remedy: "Correct or remove the line" });
  }
  return { rules, problems };
}

function parseRule(raw: string, line: number, enabled: boolean): ParsedRule | string {
  if (raw.length > MAX_RULE_CHARACTERS) {
    return `the rule has ${raw.length} characters; the engine reads ${MAX_RULE_CHARACTERS}`;
  }
  if (hasControlCharacter(raw)) return "the rule contains control characters";
  const header = HEADER.exec(raw);
  if (header === null)
    return "not a rule: expected `action protocol source port -> destination port (options)`";
  const [, action = "", protocol = "", source = "", sourcePort = "", direction = ""] = header;
  const [, , , , , , destination = "", destinationPort = "", body = ""] = header;
  const options = parseOptions(body);
  if (options === undefined) return "the options do not end with a semicolon";
  return {
    line,
    enabled,
    action,
    protocol,
    source,
    sourcePort,
    direction,
    destination,
    destinationPort,
    sid: numberOption(options, "sid"),
    gid: numberOption(options, "gid") ?? 1,
    rev: numberOption(options, "rev") ?? 0,
    message: unquote(valueOf(options, "msg") ?? ""),
    classtype: valueOf(options, "classtype"),
    priority: numberOption(options, "priority"),
    metadata: parseMetadata(options),
    references: parseReferences(options),
    options,
    raw,
  };
}

/** Suricata skips a line by its first character only, and joins before it looks again. */
function* logicalLines(text: string): Generator<{ line: number; raw: string }> {
  let pending = "";
  let first = 0;
  for (const [index, physical] of text.split("\n").entries()) {
    if (pending === "") {
      first = index + 1;
      if (/^[ \t\r]|^$/.test(physical)) continue;
      if (physical.startsWith("#")) {
        yield { line: first, raw: physical.trimEnd() };
        continue;
      }
    }
    const joined = pending + physical.trimEnd();
    if (joined.endsWith("\\")) {
      pending = joined.slice(0, -1);
      continue;
    }
    pending = "";
    yield { line: first, raw: joined };
  }
  if (pending !== "") yield { line: first, raw: pending };
}

/** Undefined when something stands after the last semicolon. */
function parseOptions(body: string): RuleOption[] | undefined {
  // The engine, too, drops brackets and blanks around the options before it splits them.
  const parts = body.replace(/^[\s(]+|[\s)]+$/g, "").split(/(?<!\\);/);
  if (parts.pop()?.trim() !== "") return undefined;
  return parts.map((part) => {
    const colon = part.indexOf(":");
    if (colon === -1) return { keyword: part.trim().toLowerCase(), value: undefined };
    const keyword = part.slice(0, colon).trim().toLowerCase();
    return { keyword, value: part.slice(colon + 1).trim() };
  });
}

function valueOf(options: readonly RuleOption[], keyword: string): string | undefined {
  return options.find((option) => option.keyword === keyword)?.value;
}

function numberOption(options: readonly RuleOption[], keyword: string): number | undefined {
  const value = valueOf(options, keyword);
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}

function unquote(value: string): string {
  return value.replace(/^"(.*)"$/s, "$1").replace(/\\(["';:\\])/g, "$1");
}

function parseMetadata(options: readonly RuleOption[]): Map<string, string[]> {
  const metadata = new Map<string, string[]>();
  for (const { value } of options.filter(({ keyword }) => keyword === "metadata")) {
    for (const item of (value ?? "").split(",")) {
      const [, key = "", rest = ""] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(item) ?? [];
      if (key !== "") metadata.set(key, [...(metadata.get(key) ?? []), rest]);
    }
  }
  return metadata;
}

function parseReferences(options: readonly RuleOption[]): { system: string; id: string }[] {
  return options
    .filter(({ keyword }) => keyword === "reference")
    .map(({ value = "" }) => {
      const comma = value.indexOf(",");
      return { system: value.slice(0, comma).trim(), id: value.slice(comma + 1).trim() };
    });
}

/** Tabs are blanks to the engine; a zero byte would end the rule for it, not for us. */
function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}
