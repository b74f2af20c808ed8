create table product (
  id uuid primary key,
  name text not null,
  version text not null default '',
  onboarding boolean not null default true,
  enrolled timestamptz(3) not null,
  disconnected timestamptz(3),
  last_seen timestamptz(3),
  devices integer not null default 0,
  -- Array of stream states as the product reported them.
  streams jsonb not null default '[]',
  synced_epoch uuid,
  synced_revision bigint not null default 0
);

create table certificate (
  fingerprint text primary key,
  product_id uuid not null references product (id),
  public_key_fingerprint text not null,
  serial text not null,
  pem text not null,
  issued timestamptz(3) not null,
  expires timestamptz(3) not null,
  first_used timestamptz(3),
  superseded timestamptz(3),
  revoked timestamptz(3),
  unique (product_id, public_key_fingerprint)
);

create table enrollment_token (
  id text primary key,
  note text not null,
  -- SHA-256 of the secret: the secret itself is shown once and never stored.
  secret_hash text not null,
  created timestamptz(3) not null,
  created_by text not null,
  expires timestamptz(3) not null,
  revoked timestamptz(3),
  used timestamptz(3),
  -- Certificate that the token was turned into.
  used_for text references certificate (fingerprint)
);
create index on enrollment_token (created desc, id);
