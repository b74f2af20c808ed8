create table profile (
  id uuid primary key,
  name text not null unique,
  version integer not null,
  filters jsonb not null,
  custom_rules text not null,
  http_context jsonb not null,
  distributed_version integer,
  last_distributed timestamptz,
  -- What new devices of this profile get.
  distributed_bundle text,
  is_default boolean not null
);
create unique index profile_default on profile (is_default) where is_default;

-- Every saved state, for history and comparison.
create table profile_version (
  profile uuid not null references profile on delete cascade,
  version integer not null,
  filters jsonb not null,
  custom_rules text not null,
  http_context jsonb not null,
  saved timestamptz not null,
  saved_by text not null,
  primary key (profile, version)
);

-- What devices fetch: exact bytes, addressed by their SHA-256.
create table bundle (
  sha256 text primary key,
  profile uuid not null references profile,
  profile_version integer not null,
  set uuid not null references reputation_set,
  bytes bytea not null,
  created timestamptz not null
);
create index bundle_set on bundle (set);
