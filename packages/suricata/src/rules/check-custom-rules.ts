import { isReservedSid, SID_BASE, SID_LIMIT } from "../data-plane/sid-layout.ts";
import {
  type ParsedRule,
  type ParsedRules,
  parseRules,
  RULE_ACTIONS,
  type RuleOption,
  type RuleProblem,
} from "./parse-rules.ts";

type Objection = Omit<RuleProblem, "line" | "sid">;

/** Names of our own datasets and range categories start so. */
const RESERVED_NAME = "bw-";

/**
 * Rules that people upload run inside the engine, as root: those that could run code, read
 * or write files, or meddle with the reputation lanes are refused, each with line and
 * reason. What the engine itself will not load is found by `testConfig`.
 */
export function checkCustomRules(text: string): ParsedRules {
  const { rules, problems } = parseRules(text);
  const active = rules.filter(({ enabled }) => enabled);
  const refusals = active.flatMap((rule) =>
    objections(rule).map((objection) => problemOf(rule, objection)),
  );
  const all = [...problems, ...refusals, ...duplicates(active)];
  return { rules, problems: all.toSorted((a, b) => a.line - b.line) };
}

function objections(rule: ParsedRule): Objection[] {
  return [
    ...actionObjections(rule),
    ...sidObjections(rule),
    ...rule.options.map(optionObjection).filter((objection) => objection !== undefined),
  ];
}

function actionObjections({ action }: ParsedRule): Objection[] {
  if (RULE_ACTIONS.some((known) => known === action)) return [];
  return [
    { reason: `unknown action "${action}"`, remedy: `Use one of ${RULE_ACTIONS.join(", ")}` },
  ];
}

function sidObjections({ sid, gid }: ParsedRule): Objection[] {
  const remedy = "Give the rule a sid of its own, for example from 1000000 on";
  if (sid === undefined || sid === 0) return [{ reason: "the rule has no sid", remedy }];
  if (gid !== 1 || !isReservedSid(sid)) return [];
  const block = `${SID_BASE} to ${SID_LIMIT - 1}`;
  return [{ reason: `sid ${sid} is in the block ${block} of the reputation rules`, remedy }];
}

function optionObjection({ keyword, value = "" }: RuleOption): Objection | undefined {
  switch (keyword) {
    case "lua":
    case "luajit":
      return {
        reason: `the keyword ${keyword} runs a program inside the engine`,
        remedy: "Express the match with other keywords",
      };
    case "filemd5":
    case "filesha1":
    case "filesha256":
      return {
        reason: `the keyword ${keyword} reads a file of the device`,
        remedy: "Add the hashes to the reputation database",
      };
    case "dataset":
    case "datarep":
      return datasetObjection(keyword, value);
    case "iprep":
      return value.includes(RESERVED_NAME) ? reservedName(keyword) : undefined;
    default:
      return undefined;
  }
}

function datasetObjection(keyword: string, value: string): Objection | undefined {
  const [, name = "", ...settings] = value.split(",").map((part) => part.trim());
  if (name.toLowerCase().startsWith(RESERVED_NAME)) return reservedName(keyword);
  const file = settings.find((setting) => /^(?:load|save|state)\b/i.test(setting));
  if (file === undefined) return undefined;
  return {
    reason: `the keyword ${keyword} uses a file of the device ("${file}")`,
    remedy: "Use a set without load, save and state",
  };
}

function reservedName(keyword: string): Objection {
  return {
    reason: `the keyword ${keyword} names a set of the reputation rules ("${RESERVED_NAME}...")`,
    remedy: "Choose another name",
  };
}

/** Suricata keeps the highest revision of a repeated sid, or refuses: neither is what was meant. */
function duplicates(rules: readonly ParsedRule[]): RuleProblem[] {
  const first = new Map<string, number>();
  return rules.flatMap((rule) => {
    if (rule.sid === undefined) return [];
    const id = `${rule.gid}:${rule.sid}`;
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, rule.line);
      return [];
    }
    const reason = `sid ${rule.sid} was already used on line ${earlier}`;
    return [problemOf(rule, { reason, remedy: "Remove one of the two rules" })];
  });
}

function problemOf({ line, sid }: ParsedRule, objection: Objection): RuleProblem {
  return { line, ...(sid === undefined ? {} : { sid }), ...objection };
}
