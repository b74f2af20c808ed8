import { checkUrl } from "../check-url.ts";

/** An address below an API root, which people write with or without its last slash. */
export function belowRoot(apiRoot: string, path: string): URL {
  const root = checkUrl(apiRoot, "any");
  root.search = "";
  if (!root.pathname.endsWith("/")) root.pathname += "/";
  return new URL(path, root);
}
