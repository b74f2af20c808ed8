import type { EntryType } from "@breakwater/protocol";

export type Recognised = { type: EntryType; value: string };

/** Undoes the usual ways of making an indicator harmless: `hxxp://`, `[.]`, `(dot)`, `[:]`. */
export function refang(text: string): string {
  return text
    .trim()
    .replace(/^h(?:xx|\*\*)p(s?)/i, "http$1")
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi, ".")
    .replaceAll(/\[:\]/g, ":")
    .replaceAll(/\[(:\/\/|\/)\]/g, "$1");
}

/** Made harmless for mail and tickets: `hxxp://evil[.]example`. */
export function defang(value: string): string {
  return value.replace(/^http/i, "hxxp").replaceAll(".", "[.]");
}

/** What a pasted text is, or undefined. The server decides in the end; this only offers. */
export function recogniseValue(text: string): Recognised | undefined {
  const value = refang(text);
  if (value === "" || /\s/.test(value)) return undefined;
  const looksLikeRange = /^[0-9a-f.:]+\/\d+$/i.test(value);
  if (looksLikeRange && addressType(value) === undefined) return undefined;
  const type =
    hashType(value) ??
    addressType(value) ??
    (isUrl(value) ? "url" : undefined) ??
    domainType(value);
  return type === undefined ? undefined : { type, value };
}

function hashType(value: string): EntryType | undefined {
  if (!/^[0-9a-f]+$/i.test(value)) return undefined;
  switch (value.length) {
    case 32:
      return "md5";
    case 40:
      return "sha1";
    case 64:
      return "sha256";
    default:
      return undefined;
  }
}

function addressType(value: string): EntryType | undefined {
  const [address = "", prefix, more] = value.split("/");
  if (more !== undefined) return undefined;
  const family = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  if (family === undefined) return undefined;
  if (prefix === undefined) return family === 32 ? "ipv4" : "ipv6";
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= family ? "cidr" : undefined;
}

function isIpv4(value: string): boolean {
  const parts = value.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isIpv6(value: string): boolean {
  if (!/^[0-9a-f:.]+$/i.test(value) || !value.includes(":")) return false;
  try {
    return new URL(`http://[${value}]/`).hostname !== "";
  } catch {
    return false;
  }
}

function isUrl(value: string): boolean {
  if (/^https?:\/\//i.test(value)) return URL.canParse(value);
  return /^[^/]+\.[^/]+\/.+/.test(value) && URL.canParse(`http://${value}`);
}

function domainType(value: string): EntryType | undefined {
  const labels = value.replace(/\.$/, "").split(".");
  const fits = labels.length >= 2 && labels.every((label) => /^[\p{L}\p{N}_-]{1,63}$/u.test(label));
  return fits && !/^\d+$/.test(labels.at(-1) ?? "") ? "domain" : undefined;
}
