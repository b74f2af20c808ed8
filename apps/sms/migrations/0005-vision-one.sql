-- The one connection to a threat platform. What is not here is known only while the process runs.
create table vision_one_connection (
  only_one boolean primary key default true check (only_one),
  phase text not null,
  hub_url text,
  enrolled timestamptz,
  reason text,
  settings jsonb not null
);

-- The hub's list as it is known here; the checksum of the feed covers exactly these rows.
create table vision_one_object (
  type text collate "C" not null,
  value text collate "C" not null,
  digest text not null,
  revision bigint not null,
  -- The entry it stands for here; null when the value is not acceptable, and why.
  entry_type text collate "C",
  entry_value text collate "C",
  refusal text,
  primary key (type, value)
);
create index vision_one_object_entry on vision_one_object (entry_type, entry_value);

create table vision_one_feed (
  only_one boolean primary key default true check (only_one),
  source text not null,
  epoch uuid,
  revision bigint not null,
  checksum text not null,
  count integer not null
);

-- Pages of a full fetch, until the last one is here.
create unlogged table vision_one_staged (
  type text collate "C" not null,
  value text collate "C" not null,
  digest text not null,
  object jsonb not null,
  primary key (type, value)
);

create table vision_one_sharing (
  only_one boolean primary key default true check (only_one),
  epoch text not null,
  next bigint not null,
  last_event bigint not null
);
