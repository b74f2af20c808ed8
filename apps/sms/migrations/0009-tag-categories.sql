-- Tag categories say what values their tags take; users add their own.
alter table tag_category add column id uuid not null default gen_random_uuid() unique;
-- The values of a list.
alter table tag_category add column choices text[];
-- A list whose tags may hold several values, and one that takes other values besides.
alter table tag_category add column several boolean not null default false;
alter table tag_category add column other_values boolean not null default false;
-- Bounds of a numeric range.
alter table tag_category add column least bigint;
alter table tag_category add column greatest bigint;
-- Those that users add are listed by name.
alter table tag_category alter column position set default 0;
create unique index tag_category_folded on tag_category (lower(name collate "C"));

update tag_category set kind = 'list', choices = '{Suspicious Object,C&C Callback Address}', other_values = true
  where name = 'Trend Micro Detection Category';
update tag_category set choices = '{UDSO,VASO}' where name = 'Trend Micro Suspicious Object Source';
update tag_category set choices = '{log,block}' where name = 'Trend Micro Scan Action';
update tag_category set choices = '{High,Medium,Low}' where name = 'Trend Micro Severity';
