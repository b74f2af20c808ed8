import type { WantedType } from "../values/wanted-type.ts";

/** For each part of an attribute's value what it is; `null` for what is no indicator. */
const PARTS: ReadonlyMap<string, readonly (WantedType | null)[]> = new Map<
  string,
  readonly (WantedType | null)[]
>([
  ["ip-src", ["address"]],
  ["ip-dst", ["address"]],
  ["ip-src|port", ["address", null]],
  ["ip-dst|port", ["address", null]],
  ["domain", ["domain"]],
  ["domain|ip", ["domain", "address"]],
  ["hostname", ["domain"]],
  ["hostname|port", ["domain", null]],
  ["url", ["url"]],
  ["md5", ["md5"]],
  ["sha1", ["sha1"]],
  ["sha256", ["sha256"]],
  ["filename|md5", [null, "md5"]],
  ["filename|sha1", [null, "sha1"]],
  ["filename|sha256", [null, "sha256"]],
  ["malware-sample", [null, "md5"]],
]);

/** What a MISP attribute names; undefined when its type has no counterpart among the entries. */
export function attributeTargets(
  type: string,
  value: string,
): { type: WantedType; value: string }[] | undefined {
  const parts = PARTS.get(type);
  if (parts === undefined) return undefined;
  // File names may hold the separator themselves.
  const at = parts[0] === null ? value.lastIndexOf("|") : value.indexOf("|");
  const values =
    parts.length === 1 || at === -1 ? [value] : [value.slice(0, at), value.slice(at + 1)];
  return parts.flatMap((wanted, index) =>
    wanted === null ? [] : [{ type: wanted, value: values[index] ?? "" }],
  );
}
