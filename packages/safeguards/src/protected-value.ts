import {
  type EntryType,
  type ErrorDetail,
  ok,
  type ProtectedValue,
  type Result,
} from "@breakwater/protocol";
import { canonicalValue, detectType } from "@breakwater/reputation-set";

export type ProtectedKey = {
  readonly type: EntryType;
  readonly value: string;
  readonly note: string;
};

/**
 * A value to protect in canonical form, or what is wrong with it. What is recognised as nothing
 * else is taken for a name: own names may have a single label.
 */
export function parseProtected({
  type,
  value,
  note,
}: ProtectedValue): Result<ProtectedKey, ErrorDetail> {
  const known = type ?? detectType(value) ?? (value.includes("/") ? "cidr" : "domain");
  const canonical = canonicalValue(known, value);
  return canonical.ok ? ok({ type: known, value: canonical.value, note }) : canonical;
}
