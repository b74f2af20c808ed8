import { invalidField } from "@breakwater/protocol";

// Letters, digits and the marks of mail addresses; inner spaces. No control characters, which
// could forge lines in logs and which the database refuses.
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._@+'-]*[\p{L}\p{M}\p{N}])?$/u;

/** A name for a user, role or key, normalised. */
export function checkName(field: string, value: string): string {
  const name = value.normalize("NFC");
  if (NAME.test(name)) return name;
  throw invalidField(
    field,
    value.replaceAll(/\p{C}/gu, "?"),
    "is not a name",
    "Use letters, digits, spaces and . _ @ + ' - and begin and end with a letter or digit.",
  );
}

/** How names are compared: `Anna` and `anna` are one user. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
