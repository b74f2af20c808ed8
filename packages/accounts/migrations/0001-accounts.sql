create table account (
  id uuid primary key,
  name text not null,
  -- How the name is compared: normalised and in lower case.
  name_key text collate "C" not null unique,
  role text not null,
  password_hash text not null,
  must_change_password boolean not null,
  enabled boolean not null default true,
  created_at timestamptz not null,
  last_login_at timestamptz
);

create table session (
  -- SHA-256 of the cookie's value.
  token_hash bytea primary key,
  id uuid not null unique,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  source text not null
);
create index session_account on session (account_id);

-- Built-in roles live in the code; these are the others.
create table role (
  name text collate "C" primary key,
  permissions text[] not null
);

create table api_key (
  id text collate "C" primary key,
  name text not null,
  role text not null,
  description text not null,
  enabled boolean not null default true,
  -- SHA-256 of the whole key: 256 random bits need no slow hash.
  key_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz
);

-- Failed logins, per account name and per source address.
create table login_throttle (
  key text collate "C" primary key,
  failures integer not null,
  last_failure_at timestamptz not null,
  blocked_until timestamptz not null
);

-- json, not jsonb: the text that was hashed is kept as it is.
create table audit_record (
  id bigint primary key,
  at timestamptz not null,
  actor text not null,
  via text not null,
  source text not null,
  action text not null,
  object text not null,
  before json,
  after json,
  hash bytea not null
);
create index audit_record_actor on audit_record (actor, id);
create index audit_record_action on audit_record (action, id);

-- The end of the chain: who appends locks it, and a chain that was cut short does not fit it.
create table audit_head (
  only_one boolean primary key default true check (only_one),
  last_id bigint not null,
  hash bytea not null
);
insert into audit_head (last_id, hash) values (0, '\x');

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only';
end $$;
create trigger audit_record_append_only before update or delete or truncate on audit_record
  for each statement execute function refuse_audit_change();
