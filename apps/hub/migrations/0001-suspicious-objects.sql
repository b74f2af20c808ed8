-- One row: the counter of the object feed and what the list amounts to at that revision.
-- Writers lock it last and hold it until they commit, so revisions become visible in order.
create table feed (
  only_row boolean primary key default true check (only_row),
  epoch uuid not null default gen_random_uuid(),
  revision bigint not null default 0,
  -- Sum of the digests of all live objects, modulo 2^128.
  checksum numeric(39) not null default 0,
  count integer not null default 0,
  -- Deletions up to this revision may have been forgotten.
  purged_revision bigint not null default 0
);
insert into feed default values;

create table suspicious_object (
  type text collate "C" not null,
  -- Canonical; `shown` is the spelling people get back.
  value text collate "C" not null,
  shown text not null,
  source text not null check (source in ('UDSO', 'VASO')),
  risk_level text not null check (risk_level in ('High', 'Medium', 'Low')),
  scan_action text not null check (scan_action in ('block', 'log')),
  description text not null,
  last_modified timestamptz(3) not null,
  expires timestamptz(3),
  -- 0: not part of the feed (sender addresses).
  revision bigint not null,
  -- A deleted object stays as a tombstone until every product can have heard of it.
  deleted boolean not null,
  primary key (type, value)
);
create index on suspicious_object (revision) where revision > 0;
create index on suspicious_object (expires) where not deleted and expires is not null;
create index on suspicious_object (last_modified, type, value) where not deleted;
create index on suspicious_object (last_modified) where deleted;

-- Live objects per type and source: limits and the overview need no scan.
create table object_count (
  type text collate "C" not null,
  source text not null,
  count integer not null check (count >= 0),
  primary key (type, source)
);
