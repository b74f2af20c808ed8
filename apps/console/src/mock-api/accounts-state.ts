import {
  type ApiKey,
  type AuditRecord,
  type BuiltInRole,
  type CurrentSession,
  permissionsOfRole,
  type Session,
  type User,
  UserId,
} from "@breakwater/protocol";
import type { Random } from "./random.ts";

export type OpenSession = Session & { cookie: string; userId: string };
export type StoredUser = User & { password: string };
export type AccountsState = {
  users: StoredUser[];
  sessions: OpenSession[];
  apiKeys: ApiKey[];
  audit: AuditRecord[];
};

export const FIRST_PASSWORD = "first-password-1";
export const PASSWORD = "correct horse battery";

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** `admin` must change its password, `mara` is a superuser, `otto` an operator. */
export function seedAccounts(random: Random, filled: boolean): AccountsState {
  const user = (name: string, role: BuiltInRole, patch: Partial<StoredUser> = {}): StoredUser => ({
    id: UserId.parse(random.uuid()),
    name,
    role,
    enabled: true,
    mustChangePassword: false,
    created: ago(900),
    lastLogin: ago(random.integer(200)),
    password: PASSWORD,
    ...patch,
  });
  return {
    users: [
      user("admin", "superuser", {
        mustChangePassword: true,
        password: FIRST_PASSWORD,
        lastLogin: null,
      }),
      user("mara", "superuser"),
      user("otto", "operator"),
      ...(filled
        ? [user("jin", "administrator"), user("former-contractor", "operator", { enabled: false })]
        : []),
    ],
    sessions: [],
    apiKeys: filled ? seedKeys(random) : [],
    audit: filled ? seedAudit() : [],
  };
}

function seedKeys(random: Random): ApiKey[] {
  const key = (
    name: string,
    role: string,
    description: string,
    patch: Partial<ApiKey> = {},
  ): ApiKey => ({
    id: random.uuid(),
    name,
    role,
    description,
    enabled: true,
    created: ago(2_000),
    expires: new Date(Date.now() + 200 * 86_400_000).toISOString(),
    lastUsed: ago(0.1),
    ...patch,
  });
  return [
    key("soar", "administrator", "Playbooks that add and withdraw objects"),
    key("siem-export", "operator", "Reads events every minute", { lastUsed: ago(0.01) }),
    key("old-script", "operator", "", { enabled: false, lastUsed: ago(3_000), expires: null }),
  ];
}

function seedAudit(): AuditRecord[] {
  const lines: [string, AuditRecord["via"], string, string, unknown, unknown][] = [
    [
      "mara",
      "console",
      "profile.distribute",
      "Default version 41",
      null,
      { devices: 14, note: "weekly" },
    ],
    ["mara", "console", "profile.reputation-filters", "Default", { filters: 3 }, { filters: 4 }],
    ["soar", "api", "reputation.add", "198.51.100.7", null, { type: "ipv4", severity: "High" }],
    [
      "jin",
      "console",
      "device.rename",
      "edge-fra-2",
      { name: "device-9c1f" },
      { name: "edge-fra-2" },
    ],
    [
      "system",
      "system",
      "vision-one.certificate-renewed",
      "hq-sms",
      null,
      { validTo: "2027-11-22" },
    ],
    ["admin", "console", "user.create", "otto", null, { role: "operator" }],
    ["otto", "console", "session.login-failed", "otto", null, null],
  ];
  return Array.from({ length: 64 }, (_, index) => {
    const [actor, via, action, object, before, after] = lines[index % lines.length] ?? [
      "system",
      "system",
      "start",
      "",
      null,
      null,
    ];
    return {
      id: 64 - index,
      time: ago(index * 3.1 + 0.2),
      actor,
      via,
      source: via === "system" ? "" : `10.20.0.${10 + (index % 5)}`,
      action,
      object,
      before,
      after,
    };
  });
}

/** A built-in role, or nothing. */
export function builtInRole(name: string): BuiltInRole | undefined {
  return (["operator", "administrator", "superuser"] as const).find((role) => role === name);
}

export function sessionOf(user: StoredUser): CurrentSession {
  const role = builtInRole(user.role);
  return {
    user: { id: user.id, name: user.name, role: user.role },
    mustChangePassword: user.mustChangePassword,
    permissions: role === undefined ? [] : [...permissionsOfRole(role)],
    expires: new Date(Date.now() + 8 * 3_600_000).toISOString(),
  };
}
