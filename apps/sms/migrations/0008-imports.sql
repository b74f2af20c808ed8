-- Uploads that wait for their start. Their bytes are in job_input, under the same id.
create table import_upload (
  id uuid primary key,
  name text not null,
  bytes bigint not null,
  created timestamptz not null,
  created_by text not null
);
create index import_upload_created on import_upload (created);
