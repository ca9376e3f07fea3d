package io.storeveil.demo;

import java.util.Map;
import java.util.Objects;

/**
 * The customers that the story is about, found in the shop by what they are.
 *
 * @param leaver asks to be erased: has orders that must be kept and others that need not, wrote to the support, and
 *     shares an address
 * @param mover  changes their e-mail address
 * @param held   would expire, but a lawsuit needs the data
 */
record Cast(Person leaver, Person mover, Person held) {

    record Person(long id, String name, String email) {}

    static Cast of(Look store) {
        return new Cast(
                person(
                        store,
                        """
                        select c.id, c.first_name || ' ' || c.last_name as name, c.email from customer c
                        where c.id_scan is not null and c.notes is not null and c.phone is not null
                          and c.date_of_birth is not null and c.store_credit is not null
                          and (select count(*) from orders o where o.customer_id = c.id) between 3 and 6
                          and exists (select from orders o where o.customer_id = c.id and o.placed_at < '2018-01-01')
                          and exists (select from orders o where o.customer_id = c.id and o.placed_at > '2019-06-01')
                          and exists (select from orders o join order_line l on l.order_id = o.id
                                      join order_line_personalisation p on p.order_line_id = l.id
                                      where o.customer_id = c.id)
                          and not exists (select from orders o where o.customer_id = c.id
                                          and o.status in ('open', 'shipped'))
                        order by c.last_login_at desc, c.id limit 1"""),
                person(
                        store,
                        """
                        select c.id, c.first_name || ' ' || c.last_name as name, c.email from customer c
                        where c.last_login_at > '2026-06-01' and c.id_scan is not null
                        order by c.id limit 1"""),
                person(
                        store,
                        """
                        select c.id, c.first_name || ' ' || c.last_name as name, c.email from customer c
                        where c.last_login_at < '2017-10-01'
                          and not exists (select from orders o where o.customer_id = c.id and o.placed_at > '2017-10-01')
                          and exists (select from orders o where o.customer_id = c.id)
                        order by c.id limit 1"""));
    }

    private static Person person(Look store, String sql) {
        Map<String, ?> row = store.row(sql);
        if (row.isEmpty()) {
            throw new IllegalStateException("the shop has nobody for a part of the story");
        }
        return new Person(
                Long.parseLong(String.valueOf(row.get("id"))),
                String.valueOf(row.get("name")),
                Objects.requireNonNull(row.get("email")).toString());
    }
}
