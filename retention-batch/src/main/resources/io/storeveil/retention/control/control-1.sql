create table storeveil.run (
    id            text primary key,
    store         text        not null,
    business_date date        not null,
    attempt       integer     not null,
    policy_sha256 text        not null,
    cutoff        timestamptz not null,
    operator      text        not null,
    simulate      boolean     not null,
    started_at    timestamptz not null,
    finished_at   timestamptz,
    exit_code     integer,
    verdict       text,
    unique (store, business_date, attempt, simulate)
);

create table storeveil.run_step (
    run         text not null references storeveil.run (id),
    step        text not null,
    status      text not null,
    started_at  timestamptz,
    finished_at timestamptz,
    detail      text not null,
    primary key (run, step)
);

create table storeveil.run_count (
    run            text   not null references storeveil.run (id),
    table_name     text   not null,
    rule           text   not null,
    eligible       bigint not null,
    done           bigint not null,
    held           bigint not null,
    kept           bigint not null,
    kept_reference text,
    deferred       bigint not null,
    failed         bigint not null,
    primary key (run, table_name, rule)
);

create table storeveil.run_finding (
    id         bigint generated always as identity primary key,
    run        text not null references storeveil.run (id),
    step       text not null,
    severity   text not null check (severity in ('info', 'warning', 'decision', 'failed')),
    table_name text,
    text       text not null
);
create index on storeveil.run_finding (run, step);

create table storeveil.person (
    name        text primary key,
    role        text        not null,
    public_key  bytea       not null unique,
    enrolled_at timestamptz not null
);

create table storeveil.plan (
    run        text primary key references storeveil.run (id),
    sha256     text        not null,
    body       text        not null,
    created_at timestamptz not null
);

create table storeveil.plan_rule (
    run         text    not null references storeveil.plan (run) on delete cascade,
    rule        text    not null,
    rule_sha256 text    not null,
    table_name  text,
    eligible    bigint  not null,
    observes    boolean not null,
    why         text    not null,
    primary key (run, rule)
);

-- The signature covers the plan's hash together with the rule and its hash.
create table storeveil.rule_approval (
    rule        text        not null,
    rule_sha256 text        not null,
    plan_run    text        not null,
    plan_sha256 text        not null,
    person      text        not null references storeveil.person (name),
    at          timestamptz not null,
    signature   bytea       not null,
    primary key (rule, rule_sha256, person)
);

create sequence storeveil.request_number;
create sequence storeveil.hold_number;

-- The subject is sealed under a key of the key state, and found by its key reference. Once closed, only the reference is left.
create table storeveil.request (
    id                 text primary key,
    kind               text        not null,
    law                text        not null,
    subject_kind       text        not null,
    subject_ref        text        not null,
    subject_sealed     bytea,
    identifier         text,
    received_at        timestamptz not null,
    due_at             timestamptz not null,
    state              text        not null,
    recorded_by        text        not null,
    approved_by        text references storeveil.person (name),
    approved_at        timestamptz,
    approval_signature bytea,
    despite_open       boolean     not null default false,
    ground             text,
    run                text,
    closed_at          timestamptz
);
create index on storeveil.request (subject_ref);
create unique index request_one_open on storeveil.request (kind, subject_kind, subject_ref)
    where state not in ('closed', 'withdrawn', 'refused');

create table storeveil.request_event (
    id      bigint generated always as identity primary key,
    request text        not null references storeveil.request (id),
    at      timestamptz not null,
    state   text        not null,
    who     text        not null,
    run     text,
    detail  text        not null
);
create index on storeveil.request_event (request);

create table storeveil.hold (
    id           text primary key,
    subject_kind text        not null,
    subject_ref  text        not null,
    reason       text        not null,
    placed_by    text        not null,
    placed_at    timestamptz not null,
    released_by  text,
    released_at  timestamptz
);
create index on storeveil.hold (subject_ref);

create table storeveil.shred (
    run              text primary key references storeveil.run (id),
    up_to_journal_id bigint      not null,
    state_version    bigint      not null,
    leaves           bigint      not null,
    effective_at     timestamptz not null
);

create table storeveil.report (
    run             text primary key references storeveil.run (id),
    sha256          text        not null,
    previous_sha256 text,
    path            text        not null,
    written_at      timestamptz not null
);

create table storeveil.sign_off (
    run           text        not null references storeveil.report (run),
    person        text        not null references storeveil.person (name),
    decision      text        not null check (decision in ('accept', 'accept-with-exceptions', 'reject')),
    remark        text        not null,
    report_sha256 text        not null,
    at            timestamptz not null,
    signature     bytea       not null,
    primary key (run, person)
);

create table storeveil.ledger (
    seq       bigint primary key,
    at        timestamptz not null,
    run       text        not null,
    kind      text        not null,
    body      text        not null,
    prev_hash bytea       not null,
    hash      bytea       not null unique
);

create function storeveil.ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'storeveil.ledger is append-only: % refused', tg_op;
end
$$;

create trigger append_only before update or delete on storeveil.ledger
    for each row execute function storeveil.ledger_is_append_only();
create trigger append_only_truncate before truncate on storeveil.ledger
    for each statement execute function storeveil.ledger_is_append_only();
