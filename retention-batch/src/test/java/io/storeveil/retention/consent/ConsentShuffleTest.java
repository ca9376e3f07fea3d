package io.storeveil.retention.consent;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.connect.Protect;
import io.storeveil.connect.Reveal;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.stores.Connections;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Yes, no, yes for a moment only, changes of the row, deliveries, deliveries again, restarts of the sink and commands that
 * break off, in many orders: in the end the warehouse shows the value of who allows it, and of nobody else. The database, its log and the
 * transforms are real; the topic and the sink's offsets are lists.
 */
class ConsentShuffleTest {

    private static final int ORDERS = 25;
    private static final int EVENTS = 40;
    private static final int PEOPLE = 3;
    private static final String TOPIC = "store.public.customer";
    private static final Pattern CHANGE =
            Pattern.compile("table public.customer: \\w+: id\\[bigint]:(\\d+) .*interests\\[text]:'([^']*)'.*");
    private static final Schema ROW = SchemaBuilder.struct()
            .name("store.public.customer.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("email", Schema.STRING_SCHEMA)
            .field("interests", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    /** What one person wants the warehouse to show, worked out without any of our code. */
    private static final class Person {

        private final long id;
        private String interests = "none yet";
        private Instant last = Instant.MIN;
        private boolean allows;
        private @Nullable Instant until;

        Person(long id) {
            this.id = id;
        }

        void say(boolean yes, Instant at, @Nullable Instant end) {
            if (at.isAfter(last)) {
                last = at;
                allows = yes;
                until = end;
            }
        }

        boolean isOver(Instant now) {
            return until == null || !until.isAfter(now);
        }

        @Nullable
        String shown() {
            return allows && until == null ? interests : null;
        }
    }

    private final Path directory;
    private final List<SinkRecord> topic = new ArrayList<>();
    private final Map<Long, String> pseudonyms = new HashMap<>();
    private final Map<String, @Nullable Object> warehouse = new HashMap<>();
    private final Map<Long, Person> people = new TreeMap<>();
    private int position;
    private int committed;
    private Reveal<SinkRecord> sink = new Reveal<>();

    ConsentShuffleTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theWarehouseEndsRight_howeverItAllInterleaves() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("wal_level", "logical")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("fsync", "off")
                        .start();
                Protect<SourceRecord> protect = new Protect<>()) {
            ConsentShop shop = ConsentShop.open(postgres, "shuffle", directory);
            shop.run("consent", "show", "--subject", "customer:42");
            shop.store
                    .sql("select pg_create_logical_replication_slot('shuffle', 'test_decoding')")
                    .query((row, n) -> n)
                    .list();
            Map<String, String> settings = settings(postgres);
            protect.configure(settings);
            Policy policy = PolicyLoader.load(directory.resolve("policy.yaml"));
            KeyState keys = shop.keys();
            ConsentRecords records =
                    new ConsentRecords(Connections.to(shop.settings().control()), Clock.systemUTC());
            Resend resend = Resend.open(
                    policy,
                    Connections.to(shop.settings().store()),
                    Connections.to(shop.settings().control()),
                    keys,
                    Clock.systemUTC());
            restart(settings);
            for (int order = 0; order < ORDERS; order++) {
                Random random = new Random(order);
                List<Person> those = arrive(shop, order);
                for (int event = 0; event < EVENTS; event++) {
                    Person person = those.get(random.nextInt(PEOPLE));
                    switch (random.nextInt(8)) {
                        case 0 -> change(shop, person, "order " + order + " event " + event);
                        case 1, 2 -> say(records, keys, policy, person, random);
                        case 3 -> resend.due(Clock.systemUTC());
                        case 4 -> capture(shop, protect);
                        case 5, 6 -> deliver(random.nextInt(6));
                        default -> {
                            if (random.nextBoolean()) {
                                committed = position;
                            } else {
                                restart(settings);
                            }
                        }
                    }
                }
                // what was said for a moment only is over; the nightly sweep, and a sink that keeps up
                while (!those.stream().allMatch(person -> person.isOver(Instant.now()))) {
                    Thread.sleep(10);
                }
                resend.due(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)));
                capture(shop, protect);
                deliver(Integer.MAX_VALUE);
                isRight(order);
                committed = position;
            }
            sink.close();
        }
    }

    private Map<String, String> settings(EmbeddedPostgres postgres) {
        Map<String, String> settings = new HashMap<>();
        settings.put("policy", directory.resolve("policy.yaml").toString());
        settings.put("keys.copies", directory.resolve("one") + "," + directory.resolve("two"));
        settings.put("keys.key-encryption-keys", directory.resolve("keks").toString());
        settings.put("purpose", "marketing");
        settings.put("control.url", "jdbc:postgresql://localhost:" + postgres.getPort() + "/shuffle_control");
        settings.put("control.user", "postgres");
        return settings;
    }

    private List<Person> arrive(ConsentShop shop, int order) {
        List<Person> those = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            Person person = new Person(1_000L + order * PEOPLE + i);
            shop.store
                    .sql("insert into customer (id, email, interests) values (:id, 'x@x.example', :interests)")
                    .param("id", person.id)
                    .param("interests", person.interests)
                    .update();
            people.put(person.id, person);
            those.add(person);
        }
        return those;
    }

    private static void change(ConsentShop shop, Person person, String interests) {
        person.interests = interests;
        shop.store
                .sql("update customer set interests = :interests where id = :id")
                .param("interests", interests)
                .param("id", person.id)
                .update();
    }

    /** The command may break off before it sends the rows; and what was said may have been said earlier. */
    private static void say(ConsentRecords records, KeyState keys, Policy policy, Person person, Random random) {
        boolean yes = random.nextBoolean();
        Instant at = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Instant when = random.nextInt(4) == 0 ? at.minusSeconds(1 + random.nextInt(3_600)) : at;
        Instant until = yes && random.nextInt(3) == 0 ? at.plusMillis(1 + random.nextInt(150)) : null;
        OwnerId owner = OwnerId.of("public.customer", List.of(person.id));
        assertThat(policy.purposes()).containsKey("marketing");
        records.record(
                new Statement(
                        "customer",
                        keys.reference(owner),
                        "marketing",
                        yes ? Decision.GRANTED : Decision.WITHDRAWN,
                        when,
                        until,
                        "v1",
                        ConsentShop.WORDING,
                        "test",
                        null),
                owner,
                keys,
                "test");
        person.say(yes, when, until);
    }

    private void capture(ConsentShop shop, Protect<SourceRecord> protect) {
        List<String> changes = shop.store
                .sql("select data from pg_logical_slot_get_changes('shuffle', null, null)")
                .query(String.class)
                .list();
        for (String change : changes) {
            Matcher row = CHANGE.matcher(change);
            if (row.matches()) {
                Struct value = new Struct(ROW)
                        .put("id", Long.valueOf(row.group(1)))
                        .put("email", "x@x.example")
                        .put("interests", row.group(2));
                SourceRecord out =
                        protect.apply(new SourceRecord(Map.of(), Map.of(), TOPIC, null, null, null, ROW, value));
                assertThat(out).isNotNull();
                pseudonyms.put(value.getInt64("id"), ((Struct) out.value()).getString("id"));
                topic.add(new SinkRecord(
                        TOPIC,
                        0,
                        null,
                        null,
                        out.valueSchema(),
                        out.value(),
                        topic.size(),
                        System.currentTimeMillis(),
                        TimestampType.CREATE_TIME));
            }
        }
    }

    private void deliver(int most) {
        for (int i = 0; i < most && position < topic.size(); i++) {
            Struct row = (Struct) sink.apply(topic.get(position)).value();
            warehouse.put(row.getString("id"), row.get("interests"));
            position++;
        }
    }

    /** What was delivered and not committed comes again. */
    private void restart(Map<String, String> settings) {
        sink.close();
        sink = new Reveal<>();
        sink.configure(settings);
        position = committed;
    }

    private void isRight(int order) {
        for (Person person : people.values()) {
            assertThat(warehouse.get(pseudonyms.get(person.id)))
                    .as("person " + person.id + " after order " + order)
                    .isEqualTo(person.shown());
        }
    }
}
