-- The marks that were left in each store: written here first, then there, then confirmed here. The store must have the last
-- that is confirmed, or one that came after it.
create table storeveil.epoch (
    counter      bigint generated always as identity primary key,
    store        text        not null,
    mark         text        not null unique,
    left_by      text        not null,
    left_at      timestamptz not null,
    confirmed_at timestamptz
);
create index on storeveil.epoch (store, counter);

-- A store that is not what it was, until a second person approves of going on with it. The signature covers the hash of
-- the body, which says who is back.
create table storeveil.restore (
    id                 bigint generated always as identity primary key,
    store              text        not null,
    run                text        not null references storeveil.run (id),
    found_at           timestamptz not null,
    signs              text[]      not null,
    journal_ended_at   bigint      not null,
    body               text        not null,
    sha256             text        not null,
    approved_sha256    text,
    approved_by        text references storeveil.person (name),
    approved_at        timestamptz,
    approval_signature bytea,
    left_alone         text[],
    adopted_run        text references storeveil.run (id),
    adopted_at         timestamptz,
    journal_goes_on_at bigint
);
create unique index restore_one_pending on storeveil.restore (store) where adopted_at is null;
