-- Made after the rows are loaded: every foreign key, and what the policy's clocks and identifiers look up.

create index on customer (referred_by);
create index on customer (last_login_at);
create index on customer_address (address_id);
create index on category (parent_id);
create index on product (category_id);
create index on orders (customer_id);
create index on orders (guest_email);
create index on orders (placed_at);
create index on orders (status) where status in ('open', 'shipped');
create index on order_line (order_id);
create index on order_line (product_id);
create index on ticket (customer_id);
create index on ticket (opened_at);
create index on ticket_message (ticket_id);
create index on visit (visitor);
create index on visit (visited_at);

-- Values too long for a page are stored apart from their row; the whole old row must reach the stream all the same.
alter table customer replica identity full;
alter table address replica identity full;
alter table orders replica identity full;
alter table order_line_personalisation replica identity full;
alter table ticket replica identity full;
alter table ticket_message replica identity full;
alter table visit replica identity full;

-- What the source connector reads; the erasure journal joins it when the first sweep creates it.
create publication storeveil for all tables with (publish_via_partition_root = true);

analyze;
