-- One row. version -1: prepared, nothing begun; 0: begun and not finished.
create table if not exists storeveil.key_state (
    only_one        boolean primary key default true check (only_one),
    version         bigint not null,
    written_in_turn bigint not null,
    newest_turn     bigint not null
);
insert into storeveil.key_state (version, written_in_turn, newest_turn) values (-1, 0, 0) on conflict do nothing;

-- Sealed; the keys that open it are never in a database. In parts, as a field of PostgreSQL ends at 1 GB.
create table if not exists storeveil.key_state_copy (
    version bigint  not null,
    turn    bigint  not null,
    part    integer not null,
    sealed  bytea   not null,
    primary key (version, turn, part)
);
alter table storeveil.key_state_copy alter column sealed set storage external;

create table if not exists storeveil.key_lease (
    worker  text primary key,
    version bigint      not null,
    until   timestamptz not null
);

-- Names that a worker held back because no policy knows them; an empty column is the whole table.
create table if not exists storeveil.key_noticed (
    worker      text        not null,
    store       text        not null,
    table_name  text        not null,
    column_name text        not null,
    times       bigint      not null,
    last        timestamptz not null,
    primary key (worker, store, table_name, column_name)
);
