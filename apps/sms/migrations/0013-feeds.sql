-- Lists that are fetched again and again. The name of a feed is that of its source.
create table feed (
  id uuid primary key,
  source integer not null unique references reputation_source,
  settings jsonb not null,
  -- Sealed JSON of what the settings must not show.
  secret bytea,
  enabled boolean not null,
  -- Grows with every change of the settings: a run under the old ones commits nothing more.
  version integer not null default 1,
  created timestamptz not null,
  -- What was taken over last, so that the server, or a look, can say that nothing is new.
  etag text,
  last_modified text,
  digest text,
  -- TAXII: what the server added later is fetched next.
  added_after text,
  last_full timestamptz,
  -- How many entries are normal; null before anything was taken over.
  baseline bigint,
  -- { reason, remedy, before, after, since, digest }
  held jsonb,
  -- What a person did not want.
  rejected_digest text,
  -- Bytes of the last fetch, in job_input.
  spool uuid,
  next_run timestamptz,
  last_run timestamptz,
  last_success timestamptz,
  last_change timestamptz,
  -- In a row.
  failures integer not null default 0,
  failing_since timestamptz,
  -- { message, remedy }
  error jsonb,
  rejected bigint not null default 0
);
create index feed_due on feed (next_run) where enabled;

create table feed_run (
  feed uuid not null references feed on delete cascade,
  number bigint generated always as identity,
  job uuid not null,
  started timestamptz not null,
  finished timestamptz not null,
  outcome text not null,
  message text not null,
  counts jsonb not null,
  bytes bigint not null,
  primary key (feed, number)
);

-- What withdrawing everything of a source took away, until it can no longer be undone.
create table source_withdrawal (
  job uuid not null references job on delete cascade,
  type text collate "C" not null,
  value text collate "C" not null,
  assertion jsonb not null,
  stored timestamptz not null,
  primary key (job, type, value)
);
create index source_withdrawal_stored on source_withdrawal (stored);
