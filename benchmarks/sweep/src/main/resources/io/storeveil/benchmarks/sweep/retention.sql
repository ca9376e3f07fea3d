create table customer (
    id bigint primary key, email varchar(80) not null unique, first_name text, last_name text, phone text, street text,
    created_at timestamptz not null, last_login_at timestamptz not null);
create index on customer (last_login_at);
create table orders (
    id bigint primary key, customer_id bigint not null references customer (id), status text not null,
    total numeric(10, 2) not null, note text not null, placed_at timestamptz not null);
create index on orders (customer_id);
create index on orders (placed_at);
create index on orders (customer_id) where status = 'open';
create table order_line (
    order_id bigint not null references orders (id), line int not null, product_id bigint not null, quantity int not null,
    price numeric(10, 2) not null, engraving text, primary key (order_id, line));
