create table device (
  id uuid primary key,
  -- Given by a user; it wins over the name the device reports.
  given_name text,
  profile uuid not null references profile,
  enrolled timestamptz not null,
  last_seen timestamptz,
  removed timestamptz,
  desired_distribution uuid,
  desired_bundle text references bundle,
  report jsonb
);
create index device_profile on device (profile) where removed is null;
create index device_bundle on device (desired_bundle);

create table device_token (
  id text primary key,
  secret_hash text not null,
  note text not null,
  created timestamptz not null,
  created_by text not null,
  expires timestamptz not null,
  revoked timestamptz,
  device uuid references device,
  public_key_fingerprint text,
  certificate text
);

create table device_certificate (
  fingerprint text primary key,
  device uuid not null references device,
  public_key_fingerprint text not null,
  certificate text not null,
  issued timestamptz not null,
  not_after timestamptz not null,
  -- The certificate it takes the place of.
  renews text,
  first_used timestamptz,
  superseded timestamptz,
  revoked timestamptz
);
create index device_certificate_device on device_certificate (device);
create unique index device_certificate_key on device_certificate (device, public_key_fingerprint);

-- Entries that a device's engine does not hold, as last reported.
create table device_exception (
  device uuid not null references device on delete cascade,
  type text collate "C" not null,
  value text collate "C" not null,
  state text not null,
  reason text not null,
  primary key (device, type, value)
);
create index device_exception_entry on device_exception (type, value);

create table distribution (
  id uuid primary key,
  profile uuid not null references profile,
  profile_version integer not null,
  -- Kept in the history after the bundle itself is gone.
  bundle text not null,
  created timestamptz not null,
  created_by text not null,
  note text not null
);
create index distribution_created on distribution (created desc, id);
create table distribution_device (
  distribution uuid not null references distribution on delete cascade,
  device uuid not null references device,
  step text not null,
  state text not null,
  message text,
  updated timestamptz not null,
  primary key (distribution, device)
);
create index distribution_device_running on distribution_device (device) where state = 'running';
