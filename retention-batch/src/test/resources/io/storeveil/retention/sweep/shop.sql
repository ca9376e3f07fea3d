create table address (id int primary key, street text not null);
create table customer (
    id int primary key, email varchar(60) not null unique, name text, password_hash text,
    last_login_at timestamptz, favourite_id int references customer (id), address_id int references address (id));
create index on customer (favourite_id);
create table orders (
    id int primary key, customer_id int references customer (id), ship_name text, total numeric(10, 2) not null,
    status text not null, placed_at timestamp not null);
create index on orders (customer_id);
create table order_line (
    order_id int not null references orders (id) on delete cascade, line int, product text not null, engraving text,
    primary key (order_id, line));
create table message (
    id int primary key, reply_to int references message (id), customer_id int references customer (id),
    body text not null, sent_at date not null);
create table audit (who text, what text, at timestamptz not null);
alter table audit replica identity full;
create table note (id int primary key, item_type text not null, item_id text not null, body text);
create table product_review (id int primary key, reviewer_id int references customer (id), stars int not null);

insert into address values (1, 'Ann Lane 1'), (2, 'Shared Road 2');
-- 1 Ann: to be erased, with an order for the books. 2 Bob: shares an address, active. 3 Cleo: long gone, never logged in.
-- 4 Dora: long gone, on hold. 5 Emil: gone for years, an order still open. 6 Fay: gone for four years, books still kept.
insert into customer values
    (2, 'bob@x.example', 'Bob', 'h', '2026-11-01', null, 2),
    (1, 'ann@x.example', 'Ann', 'h', '2026-10-01', 2, 1),
    (3, 'cleo@x.example', 'Cleo', 'h', null, null, null),
    (4, 'dora@x.example', 'Dora', 'h', '2012-01-01', null, null),
    (5, 'emil@x.example', 'Emil', 'h', '2012-01-01', null, null),
    (6, 'fay@x.example', 'Fay', 'h', '2022-01-01', null, 2);
update customer set favourite_id = 1 where id = 2;
insert into orders values
    (10, 1, 'Ann', 10, 'done', '2026-09-01'), (11, 1, 'Ann', 11, 'done', '2015-03-01'),
    (20, 2, 'Bob', 20, 'done', '2026-09-01'),
    (30, 3, 'Cleo', 30, 'done', '2012-03-01'),
    (40, 4, 'Dora', 40, 'done', '2012-03-01'),
    (50, 5, 'Emil', 50, 'open', '2012-03-01'),
    (60, 6, 'Fay', 60, 'done', '2021-12-31'),
    (70, null, 'Guest', 70, 'done', '2017-12-31 23:30'), (71, null, 'Guest', 71, 'done', '2018-01-01 00:30');
insert into order_line select o.id, l, 'thing', 'engraved for ' || ship_name from orders o, generate_series(1, 2) l;
insert into message values
    (100, null, 1, 'Ann asks', '2026-09-02'), (101, 100, null, 'shop answers', '2026-09-03'),
    (102, 101, null, 'Ann thanks', '2026-09-04'), (200, null, 2, 'Bob asks', '2026-09-02'),
    (201, 200, null, 'shop answers', '2026-09-03');
insert into audit values ('1', 'Ann logged in', '2026-11-01'), ('2', 'Bob logged in', '2026-11-01'),
    ('2', 'Bob logged in', '2026-01-01'), ('4', 'Dora logged in', '2012-01-01');
insert into note values (1, 'customer', '1', 'likes red'), (2, 'order', '10', 'gift'), (3, 'order', '11', 'gift'),
    (4, 'customer', '2', 'likes blue'), (5, 'order', '20', 'gift');
insert into product_review values (1, 1, 5), (2, 2, 4);
