import type { ColumnType } from "kysely";

/** Written once, when the row is made. */
type Fixed<T> = ColumnType<T, T, never>;
type Json = ColumnType<unknown, string | null, never>;

export type AccountTable = {
  id: Fixed<string>;
  name: Fixed<string>;
  name_key: Fixed<string>;
  role: string;
  password_hash: string;
  must_change_password: boolean;
  enabled: boolean;
  created_at: Fixed<Date>;
  last_login_at: Date | null;
};

export type SessionTable = {
  token_hash: Fixed<Buffer>;
  id: Fixed<string>;
  account_id: Fixed<string>;
  created_at: Fixed<Date>;
  last_seen_at: Date;
  expires_at: Fixed<Date>;
  source: Fixed<string>;
};

export type RoleTable = { name: Fixed<string>; permissions: string[] };

export type ApiKeyTable = {
  id: Fixed<string>;
  name: Fixed<string>;
  role: Fixed<string>;
  description: Fixed<string>;
  enabled: boolean;
  key_hash: Fixed<Buffer>;
  created_by: Fixed<string>;
  created_at: Fixed<Date>;
  expires_at: Fixed<Date | null>;
  last_used_at: Date | null;
};

export type LoginThrottleTable = {
  key: Fixed<string>;
  failures: number;
  last_failure_at: Date;
  blocked_until: Date;
};

export type AuditRecordTable = {
  id: Fixed<number>;
  at: Fixed<Date>;
  actor: Fixed<string>;
  via: Fixed<string>;
  source: Fixed<string>;
  action: Fixed<string>;
  object: Fixed<string>;
  before: Json;
  after: Json;
  hash: Fixed<Buffer>;
};

export type AuditHeadTable = {
  only_one: ColumnType<boolean, never, never>;
  last_id: number;
  hash: Buffer;
};

/** The tables of this package; an application's schema includes them. */
export type AccountsTables = {
  account: AccountTable;
  session: SessionTable;
  role: RoleTable;
  api_key: ApiKeyTable;
  login_throttle: LoginThrottleTable;
  audit_record: AuditRecordTable;
  audit_head: AuditHeadTable;
};
