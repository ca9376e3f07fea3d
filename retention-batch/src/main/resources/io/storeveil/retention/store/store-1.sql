-- What a sweep did, committed with what it did. Carried by the store's own change capture; no clear key in it.
create table storeveil.journal (
    id          bigint generated always as identity primary key,
    run         text        not null,
    step        text        not null,
    at          timestamptz not null default clock_timestamp(),
    action      text        not null check (action in ('delete', 'anonymise', 'detach', 'marker')),
    table_name  text,
    rule        text,
    request     text,
    row_ref     text,
    subject_ref text,
    key_refs    bytea,
    columns     text[],
    rows        bigint      not null
);
create index on storeveil.journal (run, table_name, rule);
create index on storeveil.journal (request) where request is not null;

-- Sharded by subject: the sweep shares them, placing a hold takes one exclusively.
create table storeveil.fence (shard integer primary key);
insert into storeveil.fence select generate_series(0, 63);

-- A mirror of the holds, with clear keys: written first and cleared last, never published.
create table storeveil.hold (
    id           text primary key,
    subject_kind text        not null,
    subject_key  text        not null,
    reason_ref   text,
    placed_at    timestamptz not null default clock_timestamp(),
    released_at  timestamptz
);
create index on storeveil.hold (subject_kind, subject_key) where released_at is null;

-- Rows whose retention runs from rows that the same run deletes: decided before the first of them goes.
create table storeveil.expiring (
    run        text   not null,
    table_name text   not null,
    rule       text   not null,
    row_key    text[] not null,
    primary key (run, table_name, rule, row_key)
);
