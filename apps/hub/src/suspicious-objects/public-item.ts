import { fail, ok, type Result, type Severity } from "@breakwater/protocol";
import { z } from "zod";
import { cleanText } from "../clean-text.ts";
import { type CanonicalObject, canonicalObject } from "./canonical-object.ts";
import { type Assertion, StoredType } from "./stored-object.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

const Item = z.looseObject({
  description: z.string().max(1000).nullish(),
  scanAction: z.preprocess(lower, z.enum(["block", "log"])).nullish(),
  riskLevel: z.preprocess(lower, z.enum(["high", "medium", "low"])).nullish(),
  daysToExpiration: z.number().int().min(-1).max(MOST_DAYS).nullish(),
});

const RISK: Readonly<Record<"high" | "medium" | "low", Severity>> = {
  high: "High",
  medium: "Medium",
  low: "Low",
};

/** Reads one element of an add request; the failure is the message for its place in the answer. */
export function readItem(
  input: unknown,
  defaults: { now: Date; days: number },
): Result<Assertion, string> {
  const item = Item.safeParse(input);
  if (!item.success) return fail(describe(item.error));
  const object = readObject(item.data);
  if (!object.ok) return object;
  const { description, scanAction, riskLevel, daysToExpiration } = item.data;
  const expires = expiry(daysToExpiration ?? defaults.days, defaults.now);
  if (expires === undefined)
    return fail(badFormat("daysToExpiration", "0 days would expire at once"));
  return ok({
    ...object.value,
    source: "UDSO",
    riskLevel: RISK[riskLevel ?? "high"],
    scanAction: scanAction ?? "block",
    description: cleanText(description ?? ""),
    expires,
  });
}

/** Reads one element of a delete request. */
export function readKey(input: unknown): Result<CanonicalObject, string> {
  const item = z.looseObject({}).safeParse(input);
  return item.success ? readObject(item.data) : fail(describe(item.error));
}

/** The value stands under the name of its type; `{type, value}`, which some clients send, is taken too. */
function readObject(item: Record<string, unknown>): Result<CanonicalObject, string> {
  const present = StoredType.options.filter((type) => item[type] != null);
  const named = StoredType.safeParse(item["type"]);
  const [type, ...others] =
    present.length === 0 && named.success && item["value"] != null ? [named.data] : present;
  if (type === undefined) {
    return fail(`Invalid request - Required fields not found: ${StoredType.options.join(", ")}.`);
  }
  if (others.length > 0) {
    return fail(badFormat(others.join(", "), "give exactly one value per object"));
  }
  const raw = item[type] ?? item["value"];
  if (typeof raw !== "string") return fail(badFormat(type, "the value must be text"));
  const object = canonicalObject(type, raw);
  if (object.ok) return object;
  const { reason, remedy } = object.error;
  return fail(badFormat(type, remedy === undefined ? reason : `${reason}. ${remedy}`));
}

/** Undefined when there is no such expiry. -1 days: never. */
function expiry(days: number, now: Date): Date | null | undefined {
  if (days === 0) return undefined;
  return days === -1 ? null : new Date(now.getTime() + days * DAY_MS);
}

function badFormat(field: string, why: string): string {
  return `Invalid request - Invalid field format: ${field}. ${why.replace(/\.$/, "")}.`;
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join(".") ?? "";
  return badFormat(field === "" ? "object" : field, issue?.message ?? "it is not valid");
}

function lower(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}
