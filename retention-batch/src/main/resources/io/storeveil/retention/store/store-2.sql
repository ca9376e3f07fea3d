-- Whose rows are frozen, and by which line of the precedence: a legal hold, or a restriction of processing.
alter table storeveil.hold add column line text not null default 'hold' check (line in ('hold', 'restriction'));

-- To which purposes each person says no: what counts of the consent ledger, with clear keys, never published.
create table storeveil.refusal (
    subject_kind text not null,
    purpose      text not null,
    subject_key  text not null,
    primary key (subject_kind, purpose, subject_key)
);
