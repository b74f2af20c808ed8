import { ADDRESS_PARAMETERS } from "./entry-address.ts";
import { malformed, shown } from "./web-api-error.ts";

const NAMES = [...ADDRESS_PARAMETERS, "tagdata", "criteria", "type", "smsuser", "smspass"] as const;
export type ParameterName = (typeof NAMES)[number];

const MOST_VALUES = 2_000;

/** Distinct values by name, in the order they came. Names that mean nothing here are left out. */
export type Parameters = ReadonlyMap<ParameterName, readonly string[]>;

export type Target = {
  /** What follows `/repEntries/`. */
  operation: string;
  parameters: Parameters;
};

// Clients write `&` for the first `?`, and `?` for a later `&`. A `?` inside a value that was not
// encoded stays: it ends a value only before a name that no URL on a block list has.
const SEPARATOR = /&|\?(?=(?:criteria|TagData|smsuser|smspass)=)/i;

/** Reads a request target of any spelling that clients are known to send. Throws WebApiError. */
export function readTarget(target: string): Target {
  const end = target.search(/[?&]/);
  const path = end < 0 ? target : target.slice(0, end);
  const [, operation = ""] = /^\/+repEntries\/+([^/]*)\/*$/.exec(path) ?? [];
  return { operation, parameters: readParameters(end < 0 ? "" : target.slice(end + 1)) };
}

/** A query string or a form body. */
export function readParameters(text: string): Parameters {
  const parameters = new Map<ParameterName, string[]>();
  for (const pair of text.split(SEPARATOR)) {
    const [, rawName = "", rawValue = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const name = nameOf(rawName);
    if (name !== undefined) addValue(parameters, name, decode(name, rawValue));
  }
  return parameters;
}

export function withFields(
  parameters: Parameters,
  fields: Iterable<readonly [string, string]>,
): Parameters {
  const merged = new Map([...parameters].map(([name, values]) => [name, [...values]]));
  for (const [field, value] of fields) {
    const name = nameOf(field);
    if (name !== undefined) addValue(merged, name, value);
  }
  return merged;
}

/** The value of a parameter that has one. Throws WebApiError when it has several. */
export function oneValue(parameters: Parameters, name: ParameterName): string | undefined {
  const values = parameters.get(name) ?? [];
  if (values.length <= 1) return values[0];
  throw malformed(`The parameter ${name} has ${values.length} different values. Send it once.`);
}

/** The same value again is a client that passes its parameters twice. */
function addValue(parameters: Map<ParameterName, string[]>, name: ParameterName, value: string) {
  if (value.includes("\0")) throw malformed(`The parameter ${name} holds a NUL character.`);
  const values = parameters.get(name) ?? [];
  if (values.includes(value)) return;
  if (values.length >= MOST_VALUES) {
    throw malformed(`The parameter ${name} comes at most ${MOST_VALUES} times. Send a file.`);
  }
  values.push(value);
  parameters.set(name, values);
}

function nameOf(raw: string): ParameterName | undefined {
  const lower = raw.toLowerCase();
  return NAMES.find((name) => name === lower);
}

function decode(name: ParameterName, raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll("+", " ")).trim();
  } catch {
    const value = name === "smspass" || name === "smsuser" ? "" : ` ${shown(raw)}`;
    throw malformed(`The parameter ${name}${value} is not percent-encoded UTF-8.`);
  }
}
