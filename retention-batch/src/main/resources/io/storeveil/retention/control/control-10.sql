-- Who was erased, for as long as a backup of the store may come back: keyed hashes of their number, and of it together with
-- when they came to be. Who they were cannot be read from it.
-- Written before their rows go, and confirmed when they are gone.
create table storeveil.erased_person (
    store         text        not null,
    number_hash   text        not null,
    request       text        not null,
    born_hash     text,
    subject_ref   text        not null,
    run           text        not null references storeveil.run (id),
    remembered_at timestamptz not null,
    confirmed     boolean     not null default false,
    primary key (store, number_hash, request)
);
create index on storeveil.erased_person (store) where not confirmed;

-- Whom a request is about: a hash of their number and of when they came to be. Null where nothing says so.
alter table storeveil.request add column born_hash text;

-- Erased people who are in a restored store again: with a hash, at the same time of creation; without, by the number alone,
-- since nothing says when. Sealed like the subjects of requests, and only until they are gone again.
create table storeveil.restored_person (
    restore     bigint  not null references storeveil.restore (id),
    request     text    not null,
    subject_ref text    not null,
    kind        text    not null,
    sealed      bytea,
    born_hash   text,
    rows        text    not null,
    left_alone  boolean not null default false,
    erased_run  text references storeveil.run (id),
    primary key (restore, request, subject_ref)
);
alter table storeveil.restore
    add column others  bigint not null default 0,
    add column waiting text[] not null default '{}';
