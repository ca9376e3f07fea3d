package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.OwnerId;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.LedgerEntry;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A shop whose store is dropped and put back from a copy of it, while the control database goes on. */
final class RestoredShop {

    private static final AtomicInteger SHOPS = new AtomicInteger();

    final Shop shop;

    private RestoredShop(Shop shop) {
        this.shop = shop;
    }

    static RestoredShop open(Path directory) throws Exception {
        Shop shop = Shop.open(directory);
        shop.approveEverything();
        return new RestoredShop(shop);
    }

    /**
     * Four more customers, 21 to 24.
     *
     * @param created a line of the policy that says when people came to be; empty: nothing says it
     */
    static RestoredShop open(Path directory, String created) throws Exception {
        Path policy = Files.writeString(
                directory.resolve("policy.yaml"),
                Shop.resource("shop.yaml")
                        .replace(
                                "    key: [id]\n    identifiers", "    key: [id]\n    " + created + "\n    identifiers")
                        .replace("last_login_at: plain, ", "last_login_at: plain, created_at: plain, "));
        String name = "born" + SHOPS.incrementAndGet();
        Shop shop = new Shop(
                directory,
                policy,
                Shop.database(name),
                Shop.control("born_control").url());
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(
                "alter table customer add column created_at timestamptz not null default '2010-01-01 10:00:00.123456Z'");
        shop.sql(
                "insert into customer (id, email, name, last_login_at) values (21, 'una@x.example', 'Una', '2026-10-01'),"
                        + " (22, 'vic@x.example', 'Vic', '2026-10-01'), (23, 'wim@x.example', 'Wim', '2026-10-01'),"
                        + " (24, 'xia@x.example', 'Xia', '2026-10-01')");
        shop.approveEverything();
        return new RestoredShop(shop);
    }

    void backUp() {
        copy(database(shop), "backup_of_" + database(shop));
    }

    void putBack() {
        copy("backup_of_" + database(shop), database(shop));
    }

    /** Another's store in its place. */
    void putBack(Shop other) {
        copy(database(other), database(shop));
    }

    /** By requests that have ended since. */
    void erase(String... customers) throws Exception {
        for (String customer : customers) {
            shop.eraseByRequest("R-" + customer, "customer", customer);
        }
        shop.sweepOn(Shop.NIGHT.plusDays(1));
        assertThat(shop.count("customer where id in (" + String.join(", ", customers) + ")"))
                .isZero();
        shop.requestsHaveEnded();
    }

    String reference(String customer) {
        return shop.keys
                .current()
                .reference(OwnerId.of("public.customer", List.of(Long.valueOf(customer))))
                .toString();
    }

    /** A second person signs what 'restore show' lists. */
    void approve(String... leftAlone) throws Exception {
        Map<String, Object> restore = JdbcClient.create(shop.control)
                .sql("select * from storeveil.restore where adopted_at is null")
                .query()
                .singleRow();
        String text = String.join(
                "\n",
                "storeveil/v1/restore-approval",
                "shop",
                "" + restore.get("run"),
                "" + restore.get("sha256"),
                String.join(",", leftAlone));
        JdbcClient.create(shop.control)
                .sql("update storeveil.restore set approved_by = ?, approved_at = now(), approved_sha256 = sha256,"
                        + " left_alone = ?, approval_signature = ? where adopted_at is null")
                .params(shop.enrolledSecond(), leftAlone, shop.signed(text))
                .update();
    }

    List<String> ledger(String kind) {
        return new Ledger(shop.control, Clock.systemUTC())
                .entries().stream()
                        .filter(entry -> entry.kind().equals(kind))
                        .map(LedgerEntry::body)
                        .toList();
    }

    private static String database(Shop shop) {
        return JdbcClient.create(shop.store)
                .sql("select current_database()")
                .query(String.class)
                .single();
    }

    private static void copy(String from, String to) {
        JdbcClient server = StoreServer.admin();
        Connections.leave(from);
        Connections.leave(to);
        server.sql("drop database if exists " + to + " with (force)").update();
        server.sql("create database " + to + " template " + from).update();
    }
}
