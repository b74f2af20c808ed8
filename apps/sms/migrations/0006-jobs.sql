-- Work that takes longer than a request. A running job belongs to the holder of its lease, which is
-- another one for every time that the job is taken up.
create table job (
  id uuid primary key,
  kind text not null,
  -- At most one live job of a kind has the same key.
  key text,
  title text not null,
  params jsonb not null,
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  progress jsonb not null,
  -- What a job that is taken up again goes on from.
  checkpoint jsonb,
  result jsonb,
  error jsonb,
  created timestamptz not null,
  created_by text not null,
  started timestamptz,
  finished timestamptz,
  run_after timestamptz not null,
  -- Attempts that failed.
  attempts integer not null default 0,
  -- Times in a row that a lease lapsed without a checkpoint in between.
  takeovers integer not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  cancel_requested timestamptz,
  cancel_requested_by text,
  undo_of uuid references job on delete set null,
  undone_by uuid references job on delete set null,
  undo_until timestamptz,
  rejections bigint not null default 0,
  input_bytes bigint not null default 0,
  check ((state = 'running') = (lease_owner is not null and lease_until is not null)),
  check ((state in ('queued', 'running')) = (finished is null))
);
create unique index job_live_key on job (kind, key) where state in ('queued', 'running');
create index job_live on job (run_after) where state in ('queued', 'running');
create index job_list on job (created desc, id desc);
create index job_finished on job (finished);
create index job_undo_of on job (undo_of);
create index job_undone_by on job (undone_by);

-- Uploads, in parts of 256 KiB; without a job while they come in.
create table job_input (
  job uuid not null,
  part integer not null,
  bytes bytea not null check (octet_length(bytes) <= 262144),
  stored timestamptz not null,
  primary key (job, part)
);
-- Large uploads are compressed already, more often than not.
alter table job_input alter column bytes set storage external;

create table job_rejection (
  job uuid not null references job on delete cascade,
  number bigint not null,
  line bigint not null,
  value text not null,
  reason text not null,
  remedy text not null,
  primary key (job, number)
);
