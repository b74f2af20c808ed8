import { AppError } from "@breakwater/protocol";

export type OriginRequest = {
  method: string;
  host: string;
  headers: {
    origin?: string | undefined;
    "sec-fetch-site"?: string | string[] | undefined;
    "content-type"?: string | undefined;
  };
};

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
// What a foreign page's form can send without the browser asking us first.
const FORM_TYPES = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);

/**
 * Refuses what a foreign page may have caused: the browser adds the session cookie to whatever is
 * sent to us (SameSite aside). Only for requests that act by the cookie.
 */
export function checkSameOrigin(request: OriginRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (!isSameOrigin(request)) {
    throw new AppError(
      "PermissionDenied",
      "The request does not come from this console's own pages. Programs use an API key instead of the session cookie.",
    );
  }
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === undefined || !FORM_TYPES.has(type)) return;
  throw new AppError("UnsupportedMediaType", `Send application/json instead of ${type}.`);
}

/** A login from a foreign page would put its own user into the browser; programs send neither header. */
export function checkLoginOrigin(request: OriginRequest): void {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin !== undefined || site !== undefined) checkSameOrigin(request);
}

function isSameOrigin({ host, headers }: OriginRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
