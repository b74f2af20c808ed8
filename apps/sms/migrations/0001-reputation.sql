create extension if not exists pg_trgm;

-- What is known about an object: the effective state of all assertions.
create table reputation_entry (
  id bigint generated always as identity primary key,
  type text collate "C" not null,
  value text collate "C" not null,
  severity text,
  scan_action text,
  sources text[] not null,
  tags jsonb not null,
  created timestamptz not null,
  modified timestamptz not null,
  expires timestamptz,
  revision bigint not null,
  unique (type, value)
);
create index reputation_entry_value on reputation_entry (value);
create index reputation_entry_words on reputation_entry using gin (value gin_trgm_ops);

-- What one source says about an entry.
create table reputation_assertion (
  entry bigint not null references reputation_entry on delete cascade,
  source text not null,
  severity text,
  scan_action text,
  tags jsonb not null,
  description text not null,
  since timestamptz not null,
  expires timestamptz,
  primary key (entry, source)
);
create index reputation_assertion_expires on reputation_assertion (expires) where expires is not null;
create index reputation_assertion_source on reputation_assertion (source, entry);

create table tag_category (
  name text primary key,
  kind text not null,
  predefined boolean not null,
  description text not null,
  position integer not null
);
insert into tag_category (name, kind, predefined, description, position) values
  ('Trend Micro Detection Category', 'text', true, 'Kind of object, for example Suspicious Object', 1),
  ('Trend Micro Publisher', 'text', true, 'Product that published the object', 2),
  ('Trend Micro Source', 'text', true, 'Host or service that the object came from', 3),
  ('Trend Micro Suspicious Object Source', 'list', true, 'UDSO: defined by a user; VASO: found by the sandbox', 4),
  ('Reputation Entries TTL', 'date', true, 'When the entry expires', 5),
  ('Trend Micro Scan Action', 'list', true, 'log or block', 6),
  ('Trend Micro Severity', 'list', true, 'High, Medium or Low', 7);

-- The entries that one list of reputation filters selects. Profiles with equal filters share it.
create table reputation_set (
  id uuid primary key,
  selection_hash text not null unique,
  filters jsonb not null,
  version bigint not null,
  checksum text not null,
  count integer not null,
  -- Changes up to this version can no longer be told one by one.
  forgotten bigint not null default 0,
  created timestamptz not null default now()
);
create table reputation_set_member (
  set uuid not null references reputation_set on delete cascade,
  type text collate "C" not null,
  value text collate "C" not null,
  filter integer not null,
  version bigint not null,
  -- Kept for a while, so that a device that was away learns of the removal.
  removed timestamptz,
  primary key (set, type, value)
);
create index reputation_set_member_version on reputation_set_member (set, version);
create index reputation_set_member_removed on reputation_set_member (removed) where removed is not null;
