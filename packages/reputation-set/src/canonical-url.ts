import type { ErrorDetail, Result } from "@breakwater/protocol";
import { ok } from "@breakwater/protocol";
import { canonicalHost } from "./canonical-host.ts";
import { refuse } from "./refusal.ts";

const MAX_URL = 2048;
const PARTS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#\\]*)([^?#]*)(?:\?([^#]*))?/is;
const AUTHORITY = /^(?:[^@]*@)*(\[[^\]]*\]|[^:[\]@]*)(?::(\d{0,5}))?$/s;
const DEFAULT_PORTS = new Set(["80", "443"]);
const REMEDY = "Write it as host/path, for example evil.example/dir/file.html";

/**
 * `host[:port]/path[?query]`, as devices compare requests (docs/canonical-values.md): no scheme,
 * user, fragment or default port; path percent-decoded, slashes merged, dot segments removed;
 * query percent-decoded. What would then read differently is percent-encoded again, so two
 * spellings of one request have one canonical value.
 */
export function canonicalUrl(raw: string): Result<string, ErrorDetail> {
  const [, authority = "", path = "", query] = PARTS.exec(raw) ?? [];
  const match = AUTHORITY.exec(authority);
  const port = match?.[2] ?? "";
  if (match?.[1] === undefined || match[1] === "" || Number(port) > 65_535) {
    return refuse("url", raw, "it has no valid host", REMEDY);
  }
  const host = canonicalHost(match[1]);
  if (!host.ok) return refuse("url", raw, host.error.reason, host.error.remedy ?? REMEDY);
  const place = port === "" || DEFAULT_PORTS.has(String(Number(port))) ? "" : `:${Number(port)}`;
  const tail =
    query === undefined || query === "" ? "" : `?${encode(decode(bytesOf(query), false), "#")}`;
  const value = `${host.value}${place}${encode(normalPath(path), "#?")}${tail}`;
  if (value.length > MAX_URL)
    return refuse("url", raw, `it is longer than ${MAX_URL} characters`, "Shorten it");
  return ok(value);
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "utf8");
}

function normalPath(path: string): Buffer {
  const decoded = decode(bytesOf(path === "" ? "/" : path), true);
  const slashed = decoded.toString("latin1").replaceAll("\\", "/").replace(/\/+/g, "/");
  return Buffer.from(withoutDotSegments(slashed), "latin1");
}

/** RFC 3986 section 5.2.4 on an absolute path: one that ends in a dot segment ends in a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  let open = false;
  for (const segment of path.replace(/^\//, "").split("/")) {
    open = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${open && kept.length > 0 ? "/" : ""}`;
}

/** `%XX`, and in paths `%uXXXX` as UTF-8, are decoded once; anything else stays. */
function decode(input: Buffer, wide: boolean): Buffer {
  const pattern = wide ? /%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})/gi : /%()([0-9a-fA-F]{2})/g;
  const text = input.toString("latin1").replace(pattern, (_, four: string, two: string) => {
    const char = String.fromCharCode(Number.parseInt(four || two, 16));
    return four ? bytesOf(char).toString("latin1") : char;
  });
  return Buffer.from(text, "latin1");
}

/** Printable ASCII stays; the percent sign and `reserved` are encoded, so that decoding gives the bytes back. */
function encode(bytes: Buffer, reserved: string): string {
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const plain = byte > 0x20 && byte < 0x7f && char !== "%" && !reserved.includes(char);
    text += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}
