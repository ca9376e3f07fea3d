-- A rejected report takes the approval of its rules back; they only observe until somebody approves them anew.
alter table storeveil.rule_approval
    add column withdrawn_at  timestamptz,
    add column withdrawn_run text;
