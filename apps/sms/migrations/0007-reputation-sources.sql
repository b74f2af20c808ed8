-- Who asserts entries. Entries name sources by number, so that a name can change.
create table reputation_source (
  id integer generated always as identity primary key,
  name text collate "C" not null unique,
  kind text not null,
  created timestamptz not null default now()
);
insert into reputation_source (name, kind)
  select source, case
      when source = 'Local' then 'local'
      when source = 'Web API' or source like 'Web API: %' then 'web-api'
      when source like 'Trend Vision One (%' then 'connection'
      else 'import' end
  from (select distinct source from reputation_assertion) s order by source;

-- An entry and everything its sources say about it, in one row. `severity` to `expires` are the
-- effective state of the assertions that count; `sources` are theirs. The tags that follow from
-- severity, scan action and expiry are not stored again.
create table reputation_object (
  id bigint generated always as identity primary key,
  type text collate "C" not null,
  value text collate "C" not null,
  severity text,
  scan_action text,
  sources integer[] not null,
  tags jsonb not null,
  -- [{ s: source, sev, act, d: description, t: since ms, x: expires ms, tags: unless those of the entry,
  --    held: { code, reason, remedy, since }, rel: { by, at } }]
  assertions jsonb not null,
  -- Nothing counts: every assertion is held back.
  held boolean not null,
  created timestamptz not null,
  modified timestamptz not null,
  expires timestamptz,
  -- When the first assertion ends.
  due timestamptz,
  -- The last change that a reputation set may have felt.
  revision bigint not null
);
insert into reputation_object
    (type, value, severity, scan_action, sources, tags, assertions, held, created, modified, expires, due, revision)
  select e.type, e.value, e.severity, e.scan_action, a.sources, own.tags, a.assertions, false,
    e.created, e.modified, e.expires, a.due, e.revision
  from reputation_entry e
  cross join lateral (select e.tags
    - array['Trend Micro Severity', 'Trend Micro Scan Action', 'Reputation Entries TTL'] as tags) own
  cross join lateral (
    select array_agg(s.id order by s.id) as sources, min(a.expires) as due,
      jsonb_agg(jsonb_strip_nulls(jsonb_build_object('s', s.id, 'sev', a.severity, 'act', a.scan_action,
        'd', nullif(a.description, ''), 't', floor(extract(epoch from a.since) * 1000),
        'x', floor(extract(epoch from a.expires) * 1000), 'tags', nullif(a.tags, own.tags)))) as assertions
    from reputation_assertion a join reputation_source s on s.name = a.source
    where a.entry = e.id) a
  where a.sources is not null
  order by e.id;
drop table reputation_assertion;
drop table reputation_entry;
alter table reputation_object rename to reputation_entry;
alter sequence reputation_object_id_seq rename to reputation_entry_id_seq;
alter table reputation_entry rename constraint reputation_object_pkey to reputation_entry_pkey;
alter table reputation_entry add constraint reputation_entry_type_value_key unique (type, value);
create index reputation_entry_revision on reputation_entry (revision);
create index reputation_entry_due on reputation_entry (due) where due is not null;
create index reputation_entry_sources on reputation_entry using gin (sources);
-- Substrings are searched for in names; addresses and hashes are found by their beginning.
-- What an import adds is sorted in later, in large parts.
create index reputation_entry_names on reputation_entry using gin (value gin_trgm_ops)
  with (gin_pending_list_limit = 65536)
  where type in ('domain', 'domain-exact', 'url');

-- Members that are no longer, kept for a while so that a device that was away learns of it.
create table reputation_removal (
  type text collate "C" not null,
  value text collate "C" not null,
  revision bigint not null,
  removed timestamptz not null,
  primary key (type, value)
);
create index reputation_removal_revision on reputation_removal (revision);
create index reputation_removal_removed on reputation_removal (removed);

-- How many entries there are of each kind, kept with every change.
create table reputation_tally (
  dimension text not null,
  value text not null,
  entries bigint not null,
  primary key (dimension, value)
);
insert into reputation_tally
  select 'type', type, count(*) from reputation_entry group by type
  union all select 'severity', severity, count(*) from reputation_entry where severity is not null group by severity
  union all select 'action', scan_action, count(*) from reputation_entry where scan_action is not null group by scan_action
  union all select 'source', s || ' ' || type, count(*) from reputation_entry, unnest(sources) s group by s, type;

-- Who is in a set follows from its filters; only the position is kept. What changed before is fetched whole.
drop table reputation_set_member;
alter table reputation_set add column ready boolean not null default true;
alter table reputation_set add column profile uuid references profile on delete cascade;
alter table reputation_set alter column count type bigint;
update reputation_set s set forgotten = version,
  profile = (select b.profile from bundle b where b.set = s.id order by b.created desc limit 1);

-- What is never acted on although somebody asserts it.
create table reputation_exception (
  id uuid primary key,
  type text collate "C" not null,
  value text collate "C" not null,
  -- all | profile | filter | device-group
  scope text not null,
  profile uuid references profile on delete cascade,
  filter integer,
  device_group text,
  owner text not null,
  reason text not null,
  created timestamptz not null,
  created_by text not null,
  expires timestamptz,
  -- Ended or expired ones are history.
  ended timestamptz,
  ended_by text
);
create index reputation_exception_value on reputation_exception (type, value) where ended is null;
create index reputation_exception_expires on reputation_exception (expires) where ended is null;
