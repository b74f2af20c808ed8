import { z } from "zod";
import type { Api } from "./http-api/endpoint.ts";
import { NoContent, PageQuery, pageOf, Timestamp } from "./http-api/paging.ts";
import { UserId } from "./ids.ts";
import { Permission } from "./permissions.ts";

const name = z.string().trim().min(1).max(64);
const password = z.string().min(1).max(200);
const newPassword = z.string().min(12, "must have at least 12 characters").max(200);

export const User = z.object({
  id: UserId,
  name: z.string(),
  role: z.string(),
  enabled: z.boolean(),
  mustChangePassword: z.boolean(),
  created: Timestamp,
  lastLogin: Timestamp.nullable(),
});
export type User = z.infer<typeof User>;

export const CurrentSession = z.object({
  user: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  mustChangePassword: z.boolean(),
  permissions: z.array(Permission),
  expires: Timestamp.nullable(),
});
export type CurrentSession = z.infer<typeof CurrentSession>;

export const Session = z.object({
  id: z.string(),
  user: z.string(),
  created: Timestamp,
  lastSeen: Timestamp,
  source: z.string(),
  current: z.boolean(),
});
export type Session = z.infer<typeof Session>;

export const Role = z.object({
  name: z.string(),
  permissions: z.array(Permission),
  builtIn: z.boolean(),
});
export type Role = z.infer<typeof Role>;

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  created: Timestamp,
  expires: Timestamp.nullable(),
  lastUsed: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Clients of the SMS web API take only a UUID for a key. */
export const ApiKeyForm = z.enum(["standard", "uuid"]);
export type ApiKeyForm = z.infer<typeof ApiKeyForm>;

export const AuditRecord = z.object({
  id: z.number().int(),
  time: Timestamp,
  actor: z.string(),
  via: z.enum(["console", "api", "system"]),
  source: z.string(),
  action: z.string(),
  object: z.string(),
  before: z.unknown().nullable(),
  after: z.unknown().nullable(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

const id = z.strictObject({ id: z.string().max(64) });

/** Users, sessions, roles, API keys and audit: the same on the SMS and the hub. */
export const accountsApi = {
  "POST /auth/v1/session": {
    summary: "Log in with name and password; sets the session cookie",
    permission: "public",
    body: z.strictObject({ name, password }),
    response: CurrentSession,
  },
  "GET /auth/v1/session": {
    summary: "Who am I, and what may I do",
    permission: "signed-in",
    response: CurrentSession,
  },
  "DELETE /auth/v1/session": {
    summary: "Log out",
    permission: "signed-in",
    response: NoContent,
    status: 204,
  },
  "PUT /auth/v1/session/password": {
    summary: "Change my password; ends my other sessions",
    permission: "signed-in",
    body: z.strictObject({ current: password, next: newPassword }),
    response: NoContent,
    status: 204,
  },
  "GET /auth/v1/sessions": {
    summary: "List open sessions",
    permission: "users:read",
    response: z.object({ items: z.array(Session) }),
  },
  "DELETE /auth/v1/sessions/{id}": {
    summary: "End a session",
    permission: "users:write",
    params: id,
    response: NoContent,
    status: 204,
  },
  "GET /auth/v1/users": {
    summary: "List users",
    permission: "users:read",
    response: z.object({ items: z.array(User) }),
  },
  "POST /auth/v1/users": {
    summary: "Create a user; the password must be changed at first login",
    permission: "users:write",
    body: z.strictObject({ name, password: newPassword, role: z.string() }),
    response: User,
    status: 201,
  },
  "PATCH /auth/v1/users/{id}": {
    summary: "Change a user's role, state or password",
    permission: "users:write",
    params: id,
    body: z.strictObject({
      role: z.string().optional(),
      enabled: z.boolean().optional(),
      password: newPassword.optional(),
    }),
    response: User,
  },
  "DELETE /auth/v1/users/{id}": {
    summary: "Delete a user and end the user's sessions",
    permission: "users:write",
    params: id,
    response: NoContent,
    status: 204,
  },
  "GET /auth/v1/roles": {
    summary: "List roles with their permissions",
    permission: "users:read",
    response: z.object({ items: z.array(Role) }),
  },
  "PUT /auth/v1/roles/{name}": {
    summary: "Create or change a custom role",
    permission: "users:write",
    params: z.strictObject({ name }),
    body: z.strictObject({ permissions: z.array(Permission) }),
    response: Role,
  },
  "GET /auth/v1/api-keys": {
    summary: "List API keys",
    permission: "api-keys:read",
    response: z.object({ items: z.array(ApiKey) }),
  },
  "POST /auth/v1/api-keys": {
    summary: "Create an API key; its value is shown once",
    permission: "api-keys:write",
    body: z.strictObject({
      name,
      role: z.string(),
      description: z.string().max(500).default(""),
      monthsToExpiration: z
        .union([z.literal(0), z.literal(1), z.literal(3), z.literal(6), z.literal(12)])
        .default(12),
      form: ApiKeyForm.default("standard"),
    }),
    response: z.object({ key: ApiKey, value: z.string() }),
    status: 201,
  },
  "PATCH /auth/v1/api-keys/{id}": {
    summary: "Enable or disable an API key",
    permission: "api-keys:write",
    params: id,
    body: z.strictObject({ enabled: z.boolean() }),
    response: ApiKey,
  },
  "DELETE /auth/v1/api-keys/{id}": {
    summary: "Delete an API key",
    permission: "api-keys:write",
    params: id,
    response: NoContent,
    status: 204,
  },
  "GET /auth/v1/audit": {
    summary: "Read the audit log, newest first",
    permission: "audit:read",
    query: PageQuery.extend({ actor: z.string().optional(), action: z.string().optional() }),
    response: pageOf(AuditRecord),
  },
  "GET /auth/v1/audit/verification": {
    summary: "Check the hash chain of the audit log",
    permission: "audit:read",
    response: z.object({
      ok: z.boolean(),
      records: z.number().int(),
      firstBroken: z.number().int().nullable(),
    }),
  },
} as const satisfies Api;
