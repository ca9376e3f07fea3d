-- Which of its marks the control database has left here last: a store that was put back from a backup has an older one.
create table storeveil.epoch (
    only_one boolean     primary key default true check (only_one),
    counter  bigint      not null,
    mark     text        not null,
    at       timestamptz not null default clock_timestamp()
);
