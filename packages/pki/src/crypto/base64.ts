const LINE = 64;

/** Base64 in lines ended by a single `\n`: with CRLF, `base64 -d` of coreutils fails. */
export function encodeBase64Lines(data: Uint8Array): string {
  const text = Buffer.from(data).toString("base64");
  return text.replace(new RegExp(`.{1,${LINE}}`, "g"), "$&\n");
}

/**
 * Base64 as found in the wild: any line ends, or none, padding missing, PEM armour around
 * it. Undefined when anything else is in the text.
 */
export function decodeBase64Lenient(text: string): Buffer | undefined {
  const body = text
    .replace(/^\s*-----BEGIN [A-Z0-9 ]+-----/, "")
    .replace(/-----END [A-Z0-9 ]+-----\s*$/, "")
    .replace(/\s+/g, "");
  if (body === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return undefined;
  return Buffer.from(body, "base64");
}
