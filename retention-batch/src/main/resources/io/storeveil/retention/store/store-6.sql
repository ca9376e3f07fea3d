-- Rows that stay after an erasure and have yet to go through the stream once more. Never published.
create table storeveil.unsent (
    table_name text not null,
    row_key text[] not null,
    primary key (table_name, row_key)
);
