create function storeveil.append_only() returns trigger language plpgsql as $$
begin
    raise exception 'storeveil.% is append-only: % refused', tg_table_name, tg_op;
end
$$;

-- What people said, each time they said something. Who they are is a key reference; the workers read this table.
create table storeveil.consent (
    id             bigint generated always as identity primary key,
    sha256         bytea       not null unique,
    subject_kind   text        not null,
    subject_ref    text        not null,
    purpose        text        not null,
    decision       text        not null check (decision in ('granted', 'withdrawn', 'objected')),
    at             timestamptz not null,
    expires_at     timestamptz check (expires_at is null or decision = 'granted'),
    notice         text,
    wording_sha256 text,
    channel        text        not null,
    evidence       text,
    recorded_by    text        not null,
    recorded_at    timestamptz not null
);
create index on storeveil.consent (subject_ref, purpose, at desc, (decision = 'granted'), id desc);
create index on storeveil.consent (purpose, id);

create trigger append_only before update or delete on storeveil.consent
    for each row execute function storeveil.append_only();
create trigger append_only_truncate before truncate on storeveil.consent
    for each statement execute function storeveil.append_only();

-- One writer at a time, so that ids become visible in their order: a worker that has read up to an id has missed nothing.
create function storeveil.consent_in_order() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(x'636f6e73'::bigint);
    return null;
end
$$;
create trigger in_order before insert on storeveil.consent
    for each statement execute function storeveil.consent_in_order();

-- Whose rows have to go through the stream once more, and when; taken out once they have.
create table storeveil.resend (
    id             bigint generated always as identity primary key,
    consent        bigint      not null references storeveil.consent (id),
    due_at         timestamptz not null,
    subject_sealed bytea       not null,
    refused        text
);
create index on storeveil.resend (due_at);

-- What each person last said of each purpose. By when they said it, not by when it came in; at one moment a no wins.
create view storeveil.consent_now as
    select distinct on (subject_ref, purpose) * from storeveil.consent
    order by subject_ref, purpose, at desc, (decision = 'granted'), id desc;
