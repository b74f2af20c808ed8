create table safeguard_settings (
  only_one boolean primary key default true check (only_one),
  settings jsonb not null
);

-- Entries of which some source's assertion is held back: its number has a minus sign.
create index reputation_entry_held on reputation_entry (id) where 0 > any (sources);
