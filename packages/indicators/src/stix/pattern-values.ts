import type { WantedType } from "../values/wanted-type.ts";
import type { Comparison, Expression } from "./parse-pattern.ts";
import { unquoted } from "./pattern-tokens.ts";

export type PatternValue =
  | { kind: "value"; type: WantedType; value: string }
  | { kind: "unsupported"; part: string; reason: string };

const PATHS: ReadonlyMap<string, WantedType> = new Map<string, WantedType>([
  ["ipv4-addr:value", "ipv4"],
  ["ipv6-addr:value", "ipv6"],
  ["domain-name:value", "domain"],
  ["url:value", "url"],
  ["file:hashes.md5", "md5"],
  ["file:hashes.sha1", "sha1"],
  ["file:hashes.sha256", "sha256"],
  ["network-traffic:src_ref.value", "address"],
  ["network-traffic:dst_ref.value", "address"],
]);

/**
 * What a pattern names, wherever each part alone is enough for it to match: the parts of an OR. What
 * only counts together with something else is unsupported, and so are comparisons that are not for
 * equality or membership.
 */
export function patternValues(expression: Expression): PatternValue[] {
  switch (expression.kind) {
    case "observation":
      return patternValues(expression.inner);
    case "or":
      return expression.parts.flatMap(patternValues);
    case "and":
      return valuesOfAnd(expression.parts);
    case "followed-by":
      return [unsupported("FOLLOWEDBY", "one thing after another cannot be a single entry")];
    case "qualified": {
      const reason = "how often or when something happens cannot be part of an entry";
      return [unsupported(expression.qualifier, reason)];
    }
    case "comparison":
      return valuesOfComparison(expression);
  }
}

/**
 * Comparisons of one file are about one content, which any one of its hashes identifies. The type of
 * a referenced address says nothing that its value does not say.
 */
function valuesOfAnd(parts: readonly Expression[]): PatternValue[] {
  const flat = parts.filter((part) => !isTypeOfReference(part));
  const [only] = flat;
  if (flat.length === 1 && only !== undefined) return patternValues(only);
  if (flat.every(isFileEquality)) {
    const hashes = flat.filter(isSupportedHash).flatMap(patternValues);
    if (hashes.length > 0) return hashes;
  }
  const reason = "several conditions at once cannot be a single entry";
  return [unsupported("AND", reason)];
}

function isTypeOfReference(part: Expression): boolean {
  return part.kind === "comparison" && part.path.endsWith("_ref.type");
}

function isFileEquality(part: Expression): part is Comparison {
  return (
    part.kind === "comparison" &&
    part.path.startsWith("file:") &&
    part.operator === "=" &&
    !part.negated
  );
}

function isSupportedHash(part: Comparison): boolean {
  return PATHS.has(plainPath(part.path));
}

function valuesOfComparison(comparison: Comparison): PatternValue[] {
  const { path, operator, negated, operands } = comparison;
  const type = PATHS.get(plainPath(path));
  if (type === undefined) return [unsupported(path, "there is no type of entry for it")];
  if (negated) return [unsupported("NOT", "what is not so cannot be an entry")];
  const isAddress = type === "ipv4" || type === "ipv6" || type === "address";
  const known = operator === "=" || operator === "IN" || (operator === "ISSUBSET" && isAddress);
  if (!known) {
    return [unsupported(operator, `${path} is compared in a way that no entry can express`)];
  }
  return operands.map(({ text, quoted }) =>
    quoted
      ? { kind: "value", type: widened(type, text), value: text }
      : unsupported(text, `${path} is compared with something that is not text`),
  );
}

/** `network-traffic` refers to names too. */
function widened(type: WantedType, text: string): WantedType {
  return type === "address" && !/^[\d.]+(?:\/\d+)?$|:/.test(text) ? "domain" : type;
}

/** `file:hashes.'SHA-256'` and its variants in one spelling. */
function plainPath(path: string): string {
  const hash = /^file:hashes\.(.+)$/.exec(path)?.[1];
  if (hash === undefined) return path;
  const name = hash.startsWith("'") ? unquoted(hash) : hash;
  return `file:hashes.${name.toLowerCase().replace(/[-_]/g, "")}`;
}

function unsupported(part: string, reason: string): PatternValue {
  return { kind: "unsupported", part, reason };
}
