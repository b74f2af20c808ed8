-- Which entries caused events, by day: what is seen in traffic, without reading events.
create table event_entry (
  type text collate "C" not null,
  value text collate "C" not null,
  day date not null,
  events bigint not null,
  last timestamptz not null,
  primary key (type, value, day)
);
create index event_entry_day on event_entry (day);
