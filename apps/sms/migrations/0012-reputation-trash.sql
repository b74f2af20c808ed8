-- What changes of many entries replaced, and what they put in its place, so that they can be undone.
create table reputation_trash (
  job uuid not null references job on delete cascade,
  number bigint generated always as identity,
  type text collate "C" not null,
  value text collate "C" not null,
  source integer not null references reputation_source,
  -- What the source said, null: nothing. Of the same shape after the change.
  before jsonb,
  after jsonb,
  primary key (job, number)
);
