-- When the row's retention began, as it was when it was decided on: the oldest go first.
alter table storeveil.expiring add column clock timestamptz not null default '-infinity';
create index on storeveil.expiring (run, table_name, rule, clock, row_key);
