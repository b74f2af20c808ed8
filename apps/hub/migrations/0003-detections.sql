-- One partition per UTC day of arrival; retention drops whole partitions.
-- An identity column on a partitioned table needs PostgreSQL 17.
create sequence detection_id;

create table detection (
  id bigint not null default nextval('detection_id'),
  uuid uuid not null default gen_random_uuid(),
  received timestamptz(3) not null,
  rt timestamptz(3) not null,
  product_id uuid not null,
  severity smallint not null,
  rule_name text not null,
  dvchost text not null,
  src text not null,
  dst text not null,
  body jsonb not null
) partition by range (received);
create index on detection (rt desc, id desc);
create index on detection (lower(rule_name), rt desc);
create index on detection (lower(src), rt desc);
create index on detection (lower(dst), rt desc);
create index on detection (lower(dvchost), rt desc);

-- How far the hub has each product's event stream.
create table detection_position (
  product_id uuid not null references product (id),
  epoch text not null,
  next bigint not null,
  -- Positions that never arrived: losses that the product reported by skipping them.
  skipped bigint not null default 0,
  primary key (product_id, epoch)
);

-- Arrivals per hour, so that the overview never counts events.
create table detection_hour (
  product_id uuid not null,
  hour timestamptz(0) not null,
  count bigint not null,
  primary key (product_id, hour)
);
