-- Which line of the precedence decided about the rows of a table, or about some of their columns, and why.
create table storeveil.run_decision (
    run        text   not null references storeveil.run (id),
    request    text   not null,
    table_name text   not null,
    columns    text[] not null,
    line       text   not null check (line in ('hold', 'restriction', 'legal-minimum', 'erasure',
                   'consent-withdrawn', 'open-contract', 'expired', 'kept')),
    ground     text   not null,
    until      date,
    rows       bigint not null,
    primary key (run, request, table_name, columns, line, ground)
);
create index on storeveil.run_decision (request) where request <> '';
