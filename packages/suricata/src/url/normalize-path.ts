/*
 * The engine's script (`url-request-script.ts`) compares normalised requests. These functions do
 * the same to an entry, byte by byte. Bytes are held as the characters 0 to 255 of a string.
 */

/**
 * Percent and %u decoding, backslash to slash, runs of slashes to one, dot segments removed; then
 * percent signs and question marks encoded, so that none of them begins a query.
 */
export function normalizePath(path: string): string {
  const decoded = path.replace(
    /%u([0-9a-f]{4})|%([0-9a-f]{2})/gi,
    (_, wide: string | undefined, byte: string) =>
      wide === undefined ? character(byte) : utf8(wide),
  );
  const slashed = `/${decoded}`.replace(/[\\/]+/g, "/");
  return withoutDotSegments(slashed).replace(/[%?]/g, (sign) => (sign === "%" ? "%25" : "%3F"));
}

/** Percent decoding only; invalid sequences and plus signs stay as they are. */
export function normalizeQuery(query: string): string {
  return query.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => character(byte));
}

function character(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function utf8(digits: string): string {
  return Buffer.from(character(digits), "utf8").toString("latin1");
}

/** RFC 3986 section 5.2.4: a path that ends in a dot segment ends in a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  let open = false;
  for (const segment of path.slice(1).split("/")) {
    open = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${open && kept.length > 0 ? "/" : ""}`;
}
