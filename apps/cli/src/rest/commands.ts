import type { Api, Endpoint } from "@breakwater/protocol";

/** One endpoint as a command: `breakwater sms <noun> <verb> <params…>`. */
export type RestCommand = {
  noun: string;
  verb: string;
  /** Names of the path's parameters, in order; they are positional arguments. */
  params: readonly string[];
  key: string;
  endpoint: Endpoint;
};

const PREFIX = /^\/(?:api|hub|auth)\/v\d+\//;

/**
 * Derives the commands of an API from its paths: `GET /api/v1/devices` is `devices list`,
 * `DELETE /api/v1/devices/{id}` is `devices delete <id>`, `POST /api/v1/vision-one/connect` is
 * `vision-one connect`. A CSV file is an export of what its path names: `GET /api/v1/devices.csv` is
 * `devices export`. Sorted by noun.
 */
export function restCommands(api: Api): RestCommand[] {
  const entries = Object.entries(api).flatMap(([key, endpoint]) =>
    endpoint === undefined ? [] : [{ key, endpoint }],
  );
  const paths = new Set(entries.map(({ key }) => pathOf(key)));
  const commands = entries.map(({ key, endpoint }) => commandOf(key, endpoint, paths));
  const ofMethods = new Set(
    commands.filter(({ action }) => !action).map(({ noun, verb }) => `${noun} ${verb}`),
  );
  return commands
    .map(({ action, verb, ...command }) => ({
      ...command,
      // `DELETE …/{id}` is "delete"; `POST …/delete` with a list then is "delete-many".
      verb: action && ofMethods.has(`${command.noun} ${verb}`) ? `${verb}-many` : verb,
    }))
    .sort((a, b) => a.noun.localeCompare(b.noun));
}

function commandOf(
  key: string,
  endpoint: Endpoint,
  paths: ReadonlySet<string>,
): RestCommand & { action: boolean } {
  const method = key.slice(0, key.indexOf(" "));
  const exports = endpoint.produces === "csv";
  const path = exports ? pathOf(key).replace(/\.csv$/, "") : pathOf(key);
  const params = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const base = { params, key, endpoint };
  const parent = path.slice(0, path.lastIndexOf("/"));
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (!last.startsWith("{") && isAction(parent, paths)) {
    const verb = exports ? `export-${last}` : method === "PUT" ? `set-${last}` : last;
    return { ...base, noun: nounOf(parent), verb, action: true };
  }
  const verb = exports ? "export" : verbOf(method, path, endpoint);
  return { ...base, noun: nounOf(path), verb, action: false };
}

/** What follows an existing collection or item is something to do with it, not a thing of its own. */
function isAction(parent: string, paths: ReadonlySet<string>): boolean {
  return paths.has(parent) || parent.endsWith("}") || paths.has(`${parent}/{id}`);
}

function verbOf(method: string, path: string, endpoint: Endpoint): string {
  switch (method) {
    case "GET":
      return "shape" in endpoint.response && hasItems(endpoint.response.shape) ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return path.endsWith("}") ? "set" : "replace";
    case "PATCH":
      return "update";
    default:
      return "delete";
  }
}

function hasItems(shape: unknown): boolean {
  return typeof shape === "object" && shape !== null && "items" in shape;
}

function nounOf(path: string): string {
  return path
    .replace(PREFIX, "")
    .split("/")
    .filter((segment) => !segment.startsWith("{"))
    .join("-");
}

function pathOf(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}
