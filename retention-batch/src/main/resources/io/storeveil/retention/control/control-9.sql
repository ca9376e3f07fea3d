-- By which rule of the night the rows were found, and whether the decision is about rows that another one counts.
alter table storeveil.run_decision
    add column rule    text    not null default 'erase',
    add column besides boolean not null default false;
update storeveil.run_decision set besides = cardinality(columns) > 0;
alter table storeveil.run_decision
    alter column rule drop default,
    alter column besides drop default,
    drop constraint run_decision_pkey,
    add primary key (run, request, table_name, rule, columns, line, ground);
-- The decisions say it.
alter table storeveil.run_count drop column kept_reference;
