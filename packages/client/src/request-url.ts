type Scalar = string | number | boolean | null | undefined;
/** Path parameters, or query values. */
export type UrlValues = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/**
 * Fills `{name}` in the path and appends the query. Undefined and null values are left out;
 * lists repeat their name. Throws when a path parameter is missing.
 */
export function requestUrl(
  baseUrl: string,
  path: string,
  params: UrlValues = {},
  query: UrlValues = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(required(params, name, path)),
  );
  const search = queryString(query);
  return `${baseUrl.replace(/\/+$/, "")}${filled}${search === "" ? "" : `?${search}`}`;
}

function required(params: UrlValues, name: string, path: string): string {
  const value = params[name];
  if (value === undefined || value === null || value === "" || typeof value === "object") {
    throw new TypeError(`${path} needs the path parameter "${name}"`);
  }
  return String(value);
}

function queryString(query: UrlValues): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of typeof value === "object" && value !== null ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, String(item));
    }
  }
  return search.toString();
}
