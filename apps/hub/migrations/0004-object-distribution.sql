-- Servers of the SMS web API that suspicious objects are sent to.
create table distribution_target (
  id uuid primary key,
  name text not null unique,
  enabled boolean not null,
  address text not null,
  port integer not null,
  tls jsonb not null,
  user_name text not null,
  -- AES-256-GCM, bound to this table, column and row.
  password bytea not null,
  types text[] not null,
  risk text not null,
  send_ttl boolean not null,
  created timestamptz(3) not null,
  -- Changes of the list up to this revision of this epoch are reflected in distributed_object.
  feed_epoch uuid,
  cursor bigint not null default 0,
  -- Deletions forgotten up to this revision have been looked for.
  swept_revision bigint not null default 0,
  failures integer not null default 0,
  next_try timestamptz(3),
  -- {time, message, remedy}
  last_error jsonb,
  last_success timestamptz(3)
);

-- What each target is to have, and whether it has confirmed that.
create table distributed_object (
  target_id uuid not null references distribution_target (id) on delete cascade,
  type text collate "C" not null,
  value text collate "C" not null,
  risk_level text not null,
  expires timestamptz(3),
  wanted boolean not null,
  -- Rises with every change; an answer about an older one settles nothing.
  version integer not null,
  settled boolean not null,
  -- A request has gone out, so the target may have the object even when nobody knows the answer.
  attempted boolean not null,
  attempts integer not null,
  next_try timestamptz(3) not null,
  error text,
  sent timestamptz(3),
  primary key (target_id, type, value)
);
create index on distributed_object (target_id, next_try) where not settled;

-- One hub process sends at a time; it gives up the role by not renewing it.
create table distribution_leader (
  only_row boolean primary key default true check (only_row),
  owner uuid,
  until timestamptz not null default '-infinity'
);
insert into distribution_leader default values;
