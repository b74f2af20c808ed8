const COLON = 0x3a;
const BRACKET = 0x5b;

/**
 * The URL entries that cover a canonical URL, narrow before wide: itself, without its query,
 * without its port, without both. An entry without port or query covers every port or query.
 */
export function coveringSpellings(url: string): string[] {
  const mark = url.indexOf("?");
  const place = mark < 0 ? url : url.slice(0, mark);
  const end = hostEnd(place);
  const path = place.indexOf("/", end);
  if (place.charCodeAt(end) !== COLON || path < 0) return mark < 0 ? [url] : [url, place];
  const bare = place.slice(0, end) + place.slice(path);
  return mark < 0 ? [url, bare] : [url, place, bare + url.slice(mark), bare];
}

/** The host of a canonical URL: a name or an address, without brackets. */
export function hostOf(url: string): string {
  const end = hostEnd(url);
  return url.charCodeAt(0) === BRACKET ? url.slice(1, end - 1) : url.slice(0, end);
}

/** Where port or path begin. */
function hostEnd(url: string): number {
  if (url.charCodeAt(0) === BRACKET) return url.indexOf("]") + 1;
  for (let i = 0; i < url.length; i += 1) {
    const char = url[i];
    if (char === ":" || char === "/") return i;
  }
  return url.length;
}
