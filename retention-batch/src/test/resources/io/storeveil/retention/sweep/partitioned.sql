create table customer (id int primary key, name text, seen_at date);
-- By range, and within a year by list; a default; one partition with keys of its own, and no key on the whole.
create table event (
    customer_id int, at date not null, region text not null, words text, code text) partition by range (at);
create table event_2012 partition of event for values from ('2012-01-01') to ('2013-01-01') partition by list (region);
create table event_2012_eu partition of event_2012 for values in ('eu');
create table event_2012_rest partition of event_2012 default;
create table event_2013 (code text primary key, words text, region text not null, at date not null,
    customer_id int references customer, unique (words));
alter table event attach partition event_2013 for values from ('2013-01-01') to ('2014-01-01');
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01');
create table event_else partition of event default;
-- Rows of one table under each other, the first row of each partition at the same place.
create table ticket (id int primary key, parent_id int, customer_id int, at date not null, words text)
    partition by list (id);
create table ticket_1 partition of ticket for values in (1, 3, 6);
create table ticket_2 partition of ticket for values in (2, 4, 5);
-- Lines go with their orders; a complaint refers to one partition of the orders only.
create table orders (id int, customer_id int references customer, placed_at date not null, note text,
    primary key (id, placed_at)) partition by range (placed_at);
create table orders_2012 partition of orders for values from ('2012-01-01') to ('2013-01-01');
alter table orders_2012 add unique (id);
create table orders_2013 partition of orders for values from ('2013-01-01') to ('2014-01-01');
create table orders_2026 partition of orders for values from ('2026-01-01') to ('2027-01-01');
create index on orders (placed_at);
create index on orders (customer_id);
create table order_line (order_id int, placed_at date, line int, words text, primary key (order_id, placed_at, line),
    foreign key (order_id, placed_at) references orders) partition by hash (order_id);
create table order_line_0 partition of order_line for values with (modulus 2, remainder 0);
create table order_line_1 partition of order_line for values with (modulus 2, remainder 1);
create table complaint (id int primary key, order_id int not null references orders_2012 (id));

insert into customer values (1, 'Ann', '2026-10-01'), (2, 'Bob', '2026-10-01'), (3, 'Cleo', '2012-05-05');
insert into event select c, at, r, 'event of ' || c || ' ' || r || ' ' || at, 'e' || c || r || at
    from unnest(array[1, 2]) c, unnest(array['eu', 'us']) r,
        unnest(array[date '2012-03-01', '2013-03-01', '2026-03-01', '1999-03-01']) at;
insert into ticket values
    (1, null, 1, '2026-03-01', 'Ann asks'), (2, 1, null, '2026-03-02', 'shop answers'),
    (3, null, 2, '2012-03-01', 'Bob asks'), (4, 3, null, '2026-03-02', 'shop answers late'),
    (5, null, 2, '2012-03-01', 'Bob asks'), (6, 5, null, '2012-03-02', 'shop answers');
insert into orders select y * 10 + c, c, make_date(y, 3, 1), 'for ' || c
    from unnest(array[2012, 2013, 2026]) y, unnest(array[1, 2]) c;
insert into orders values (20129, 2, '2012-04-01', 'complained of');
insert into complaint values (1, 20129);
insert into order_line select id, placed_at, l, 'line' from orders, generate_series(1, 2) l where id <> 20129;
