-- What a run's seal in the ledger covers: a hash of each entry of the store's journal, in the order of the tree's leaves.
create table storeveil.ledger_leaf (
    run        text   not null references storeveil.run (id),
    position   bigint not null,
    journal_id bigint not null,
    hash       bytea  not null,
    primary key (run, position)
);
create index on storeveil.ledger_leaf (journal_id);

create trigger append_only before update or delete on storeveil.ledger_leaf
    for each row execute function storeveil.append_only();
create trigger append_only_truncate before truncate on storeveil.ledger_leaf
    for each statement execute function storeveil.append_only();
