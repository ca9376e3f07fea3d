-- Which rows of which plan a person has signed for, once for each plan. The signature is that of the rule's approval.
create table storeveil.count_approval (
    rule        text        not null,
    rule_sha256 text        not null,
    plan_run    text        not null,
    plan_sha256 text        not null,
    person      text        not null references storeveil.person (name),
    at          timestamptz not null,
    signature   bytea       not null,
    primary key (rule, plan_run, plan_sha256, person)
);
