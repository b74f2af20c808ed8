import { LOCAL_SOURCE } from "../reputation/index.ts";

const WEB_SOURCE = "Web API";

/** The source under which a client's entries are asserted: one for each publisher it names. */
export function webSource(publisher: string | null): string {
  return publisher === null || publisher === "" ? WEB_SOURCE : `${WEB_SOURCE}: ${publisher}`;
}

/**
 * Whether clients may withdraw what this source asserts: what they and this SMS's users gave. What
 * connections bring is governed where it comes from, and would come back with the next full sync.
 */
export function isUserProvided(source: string): boolean {
  return source === LOCAL_SOURCE || source === WEB_SOURCE || source.startsWith(`${WEB_SOURCE}: `);
}
