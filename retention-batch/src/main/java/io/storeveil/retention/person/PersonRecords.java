package io.storeveil.retention.person;

import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import java.security.PublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Who may approve. */
public final class PersonRecords {

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final Clock clock;

    public PersonRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.clock = clock;
    }

    /** @throws InputWrong if the name or the key is enrolled already: one person, one key */
    Person enrol(String name, String role, PublicKey publicKey) {
        Person person = new Person(name, role, publicKey, clock.instant().truncatedTo(ChronoUnit.MICROS));
        transaction.executeWithoutResult(status -> {
            int added = control.sql(
                            """
                            insert into storeveil.person (name, role, public_key, enrolled_at)
                            values (:name, :role, :key, :at) on conflict do nothing""")
                    .param("name", name)
                    .param("role", role)
                    .param("key", publicKey.getEncoded())
                    .param("at", person.enrolledAt().atOffset(ZoneOffset.UTC))
                    .update();
            if (added == 0) {
                throw new InputWrong("a person of this name is enrolled already, and a key is never replaced; "
                        + "see 'person list'");
            }
            ledger.append("person-enrolled", null, Map.of("person", name, "role", role, "key", person.fingerprint()));
        });
        return person;
    }

    public Optional<Person> person(String name) {
        return control.sql("select * from storeveil.person where name = :name")
                .param("name", name)
                .query(PersonRecords::person)
                .optional();
    }

    public List<Person> all() {
        return control.sql("select * from storeveil.person order by name")
                .query(PersonRecords::person)
                .list();
    }

    /** Whether this enrolled person, and nobody else, signed this text. */
    public boolean signed(String name, String text, byte[] signature) {
        return person(name)
                .filter(person -> Ed25519.verifies(person.publicKey(), text, signature))
                .isPresent();
    }

    private static Person person(ResultSet row, int number) throws SQLException {
        return new Person(
                row.getString("name"),
                row.getString("role"),
                Ed25519.publicKey(row.getBytes("public_key")),
                row.getObject("enrolled_at", OffsetDateTime.class).toInstant());
    }
}
