create table event (
  id bigint not null,
  received timestamptz not null,
  time timestamptz not null,
  device uuid not null,
  kind text not null,
  verdict text not null,
  src text not null,
  dst text not null,
  words text not null,
  sources text[] not null,
  policy text not null,
  body jsonb not null
) partition by range (received);
create index event_id on event (id);
create index event_time on event (time desc, id desc);
create index event_device on event (device, time desc, id desc);
create index event_src on event (src, time desc);
create index event_dst on event (dst, time desc);

-- Which record of a device comes next; it moves in the transaction that stores the records.
create table event_position (
  device uuid not null,
  epoch text not null,
  next bigint not null,
  primary key (device, epoch)
);

create table event_hour (
  hour timestamptz not null,
  verdict text not null,
  events bigint not null,
  primary key (hour, verdict)
);
