import type { SecretBox } from "@breakwater/platform";
import { type FeedId, type FeedSettings, invalidField } from "@breakwater/protocol";
import type { FeedRow } from "./store.ts";
import { FeedSecrets, StoredSettings } from "./stored-settings.ts";

function placeOf(row: FeedId) {
  return { table: "feed", column: "secret", row };
}

export function sealSecrets(box: SecretBox, id: FeedId, secrets: FeedSecrets): Buffer | null {
  if (secrets.credentials === undefined && secrets.proxy === undefined) return null;
  return box.seal(JSON.stringify(secrets), placeOf(id));
}

export function openSecrets(box: SecretBox, { id, secret }: Pick<FeedRow, "id" | "secret">) {
  return secret === null ? {} : FeedSecrets.parse(JSON.parse(box.open(secret, placeOf(id))));
}

/** Settings without their secrets, and these. What is absent stays as it was, if it goes where it went. */
export function splitSecrets(
  given: FeedSettings,
  before?: { settings: StoredSettings; secrets: FeedSecrets },
): { settings: StoredSettings; secrets: FeedSecrets } {
  const credentials = credentialsSecret(given) ?? keptCredentials(given, before);
  const proxy = given.proxy?.password ?? keptProxy(given, before);
  const secrets = {
    ...(credentials === undefined ? {} : { credentials }),
    ...(proxy === undefined ? {} : { proxy }),
  };
  const { name: _, enabled: _enabled, ...settings } = given;
  return { settings: shownSettings(StoredSettings.parse(settings)), secrets };
}

type Before = { settings: StoredSettings; secrets: FeedSecrets } | undefined;

function credentialsSecret({ credentials }: Pick<FeedSettings, "credentials">): string | undefined {
  switch (credentials.kind) {
    case "none":
      return undefined;
    case "basic":
      return credentials.password;
    case "bearer":
      return credentials.token;
    case "header":
      return credentials.value;
  }
}

/** Whoever may change a feed but does not know its secret must not have it sent to another server. */
function keptCredentials(given: FeedSettings, before: Before): string | undefined {
  if (given.credentials.kind === "none") return undefined;
  const stored = before?.secrets.credentials;
  if (stored !== undefined && before !== undefined && isSameServer(given, before.settings)) {
    return stored;
  }
  const field = { basic: "password", bearer: "token", header: "value" }[given.credentials.kind];
  const reason =
    stored === undefined
      ? "it is needed"
      : "it is needed again because the server, its authority, the proxy or the user changed";
  throw invalidField(`credentials.${field}`, "", reason, "Enter it");
}

function isSameServer(given: FeedSettings, before: StoredSettings): boolean {
  return (
    new URL(given.url).origin === new URL(before.url).origin &&
    given.ca === before.ca &&
    given.proxy?.url === before.proxy?.url &&
    JSON.stringify(shownCredentials(given.credentials)) === JSON.stringify(before.credentials)
  );
}

function keptProxy({ proxy }: FeedSettings, before: Before): string | undefined {
  if (proxy === null || proxy.user === undefined) return undefined;
  const known = before?.settings.proxy;
  const stored = before?.secrets.proxy;
  if (stored !== undefined && known?.url === proxy.url && known.user === proxy.user) return stored;
  throw invalidField("proxy.password", "", "it is needed with a user", "Enter it");
}

/** Without secrets. */
function shownSettings(settings: StoredSettings): StoredSettings {
  const { proxy } = settings;
  return {
    ...settings,
    credentials: shownCredentials(settings.credentials),
    proxy:
      proxy === null
        ? null
        : { url: proxy.url, ...(proxy.user === undefined ? {} : { user: proxy.user }) },
  };
}

function shownCredentials(given: FeedSettings["credentials"]): FeedSettings["credentials"] {
  switch (given.kind) {
    case "none":
    case "bearer":
      return { kind: given.kind };
    case "basic":
      return { kind: "basic", user: given.user };
    case "header":
      return { kind: "header", name: given.name };
  }
}
