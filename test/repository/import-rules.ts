import { posix } from "node:path";
import { isTestFile, type SourceFile } from "./source-tree.ts";

const SERVER_PACKAGES = [
  "accounts",
  "client",
  "pki",
  "platform",
  "postgres",
  "protocol",
  "reputation-set",
];

/** Workspace packages that each workspace may use. Everything not listed is refused. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "packages/protocol": [],
  "packages/platform": ["protocol"],
  "packages/postgres": ["protocol"],
  "packages/pki": ["protocol"],
  "packages/spool": ["protocol"],
  "packages/suricata": ["protocol"],
  "packages/reputation-set": ["protocol"],
  "packages/indicators": ["protocol", "reputation-set"],
  "packages/outbound": ["protocol"],
  "packages/safeguards": ["protocol", "reputation-set"],
  "packages/client": ["protocol"],
  "packages/accounts": ["protocol", "platform", "postgres"],
  "packages/lab": ["protocol", "suricata"],
  "apps/sms": [...SERVER_PACKAGES, "indicators", "outbound", "safeguards", "suricata"],
  "apps/hub": SERVER_PACKAGES,
  "apps/agent": ["client", "pki", "platform", "protocol", "reputation-set", "spool", "suricata"],
  "apps/console": ["client", "protocol"],
  "apps/cli": [...SERVER_PACKAGES, "agent", "hub", "lab", "sms", "suricata"],
};

/** What tests may use on top: the engine's wiring, certificates, and the real HTTP edge under a pretend server. */
const ALLOWED_IN_TESTS: readonly string[] = ["lab", "pki", "platform"];

/** Boots everything, so it may use everything. */
const UNRESTRICTED = new Set(["packages/testkit"]);

/** Libraries that only some workspaces may touch. */
const DATABASE_LIBRARIES = new Set(["kysely", "pg", "pg-copy-streams"]);
const DATABASE_WORKSPACES = new Set([
  "packages/postgres",
  "packages/accounts",
  "apps/sms",
  "apps/hub",
]);
const SERVER_LIBRARIES = /^(fastify|@fastify\/|fastify-type-provider-zod$|pino$)/;
const SERVER_WORKSPACES = new Set([
  "packages/platform",
  "packages/accounts",
  "apps/sms",
  "apps/hub",
]);
/** Parts of a package with an index of their own: this one needs no schema library in a browser. */
const PARTS = new Set(["@breakwater/protocol/query-language"]);
/** Test tools, allowed in test files everywhere. */
const TEST_LIBRARIES = /^(vitest|fast-check|playwright-core|axe-core|@fast-check\/)/;
/** Files of a feature that the composition root of its app may import beside `index.ts`. */
const FEATURE_EDGE = new Set(["index.ts", "routes.ts", "jobs.ts"]);

const IMPORT =
  /(?:^|[\n;])\s*(?:import|export)\b(?:[^"'`;()]*?\bfrom)?\s*["']([^"'\n]+)["']|\bimport\s*\(\s*["']([^"'\n]+)["']/g;

/** Specifiers of every static, side-effect, re-exporting and dynamic import, in order. */
export function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? []);
}

/** What is wrong with the imports of one file, one sentence each. */
export function importViolations(file: SourceFile): string[] {
  const workspace = workspaceOf(file.path);
  return importsOf(file.text).flatMap((specifier) => {
    const reason = specifier.startsWith(".")
      ? relativeProblem(file.path, workspace, specifier)
      : packageProblem(file.path, workspace, specifier);
    return reason === undefined ? [] : [`${file.path} imports ${specifier}: ${reason}`];
  });
}

function workspaceOf(path: string): string | undefined {
  return /^(?:apps|packages)\/[^/]+/.exec(path)?.[0];
}

function relativeProblem(
  path: string,
  workspace: string | undefined,
  specifier: string,
): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  if (!/\.(ts|tsx|mjs|css|json|svg)$/.test(target)) return "write the file extension";
  if (workspace === undefined) return undefined;
  if (!target.startsWith(`${workspace}/`)) return "another workspace is used by its package name";
  if (isTestFile(target) && !isTestFile(path)) return "test code is imported by tests only";
  return featureProblem(path, target);
}

/** Folders of `src` that are features; others, such as shared formats, may be used by all of them. */
const FEATURES = {
  sms: [
    "reputation",
    "feeds",
    "profiles",
    "filters",
    "action-sets",
    "segments",
    "distribution",
    "devices",
    "events",
    "filter-status",
    "vision-one",
    "sandbox",
    "telemetry",
    "web-api",
    "users",
    "auth",
    "audit",
    "settings",
    "overview",
  ],
  hub: [
    "enrollment",
    "products",
    "suspicious-objects",
    "exceptions",
    "object-distribution",
    "search",
    "alerts",
    "sandbox",
    "network-inventory",
    "network-policy",
    "risk",
    "telemetry",
    "gateways",
    "api-keys",
    "users",
    "auth",
    "audit",
    "overview",
  ],
} as const;
const FEATURE = new RegExp(
  Object.entries(FEATURES)
    .map(([app, names]) => `^apps/${app}/src/(?:${names.join("|")})(?=/)`)
    .join("|"),
);

function featureProblem(path: string, target: string): string | undefined {
  const to = FEATURE.exec(target)?.[0];
  if (to === undefined) return undefined;
  const from = FEATURE.exec(path)?.[0];
  const file = target.slice(to.length + 1);
  if (from === to || file === "index.ts" || isTestFile(target)) return undefined;
  if (from !== undefined) return "another feature is used through its index.ts";
  if (isTestFile(path) || FEATURE_EDGE.has(file)) return undefined;
  return "outside a feature only its index.ts, routes.ts and jobs.ts are used";
}

function packageProblem(
  path: string,
  workspace: string | undefined,
  specifier: string,
): string | undefined {
  if (workspace === undefined || UNRESTRICTED.has(workspace)) return undefined;
  if (specifier.startsWith("@breakwater/")) return workspaceProblem(path, workspace, specifier);
  const forTests = TEST_LIBRARIES.test(specifier) || SERVER_LIBRARIES.test(specifier);
  if (isTestFile(path) && forTests) return undefined;
  if (workspace === "packages/protocol" && specifier !== "zod" && !isTestFile(path)) {
    return "the protocol depends on zod only";
  }
  if (DATABASE_LIBRARIES.has(specifier) && !DATABASE_WORKSPACES.has(workspace)) {
    return "no database here";
  }
  if (SERVER_LIBRARIES.test(specifier) && !SERVER_WORKSPACES.has(workspace)) {
    return "the HTTP server belongs to packages/platform";
  }
  return undefined;
}

function workspaceProblem(path: string, workspace: string, specifier: string): string | undefined {
  const [, name = "", ...inner] = specifier.split("/");
  if (inner.join("/") === "testing") {
    return isTestFile(path) ? undefined : "test helpers are imported by tests only";
  }
  if (inner.length > 0 && !PARTS.has(specifier)) return "a package is used through its index only";
  if (name === "testkit") {
    return isTestFile(path) ? undefined : "testkit is imported by tests only";
  }
  if (isTestFile(path) && ALLOWED_IN_TESTS.includes(name)) return undefined;
  const allowed = ALLOWED[workspace];
  if (allowed === undefined) return `${workspace} has no row in the import rules`;
  return allowed.includes(name) ? undefined : `${workspace} may not use ${name}`;
}
