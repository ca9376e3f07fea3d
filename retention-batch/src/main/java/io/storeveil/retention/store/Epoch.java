package io.storeveil.retention.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The mark that every sweep, and every command that tells the store what people refuse, leaves in the store: random, so that
 * no other store has it, and numbered, so that an older one is known as such. It is written to the control database first,
 * then to the store, and then confirmed: a store that was put back, or exchanged, has not the last that is confirmed.
 */
public final class Epoch {

    private record Left(long counter, String by, OffsetDateTime at) {

        String words() {
            return by + " at " + at.toInstant();
        }
    }

    private final DataSource store;
    private final JdbcClient control;
    private final Clock clock;
    private final String name;

    /** @param name of the store, as its policy has it */
    public Epoch(DataSource store, DataSource control, Clock clock, String name) {
        this.store = store;
        this.control = JdbcClient.create(control);
        this.clock = clock;
        this.name = name;
    }

    /**
     * Leaves a new mark. Of two who do so at once the later number stays.
     *
     * @param by who: a run's id, or a command
     */
    public void move(String by) throws SQLException {
        String mark = UUID.randomUUID().toString();
        long counter = control.sql(
                        """
                        insert into storeveil.epoch (store, mark, left_by, left_at)
                        values (:store, :mark, :by, :now) returning counter""")
                .param("store", name)
                .param("mark", mark)
                .param("by", by)
                .param("now", now())
                .query(Long.class)
                .single();
        try (Connection connection = store.getConnection();
                PreparedStatement write = connection.prepareStatement(
                        """
                        insert into storeveil.epoch (counter, mark) values (?, ?)
                        on conflict (only_one) do update set counter = excluded.counter, mark = excluded.mark,
                            at = clock_timestamp() where epoch.counter < excluded.counter""")) {
            write.setLong(1, counter);
            write.setString(2, mark);
            write.executeUpdate();
        }
        control.sql("update storeveil.epoch set confirmed_at = :now where counter = :counter")
                .param("now", now())
                .param("counter", counter)
                .update();
    }

    /** A mark of another life, whose numbers say nothing here, makes room for the next one. */
    public static void forget(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("delete from storeveil.epoch");
        }
    }

    /** Why this is not the store that it was; empty if it is, or if no sweep has been here. */
    public Optional<String> sign() throws SQLException {
        Optional<String> found = found();
        Optional<Left> last = marks("confirmed_at is not null order by counter desc limit 1")
                .query(Epoch::left)
                .optional();
        if (found.isEmpty()) {
            return last.map(left -> "it has no mark of a sweep, but " + left.words()
                    + " left one: it was put back to a state from before, or is another store");
        }
        Optional<Left> its = marks("mark = :mark")
                .param("mark", found.get())
                .query(Epoch::left)
                .optional();
        if (its.isEmpty()) {
            return Optional.of(
                    "its mark is not one that this control database knows: it is another store, or the control"
                            + " database was put back or exchanged");
        }
        return last.filter(left -> left.counter() > its.get().counter())
                .map(left ->
                        "its last mark was left by " + its.get().words() + ", and later ones are gone, the last by "
                                + left.words() + ": it was put back to a state from between");
    }

    private Optional<String> found() throws SQLException {
        try (Connection connection = store.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select mark from storeveil.epoch")) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    private JdbcClient.StatementSpec marks(String which) {
        return control.sql("select * from storeveil.epoch where store = :store and " + which)
                .param("store", name);
    }

    private static Left left(ResultSet row, int number) throws SQLException {
        return new Left(
                row.getLong("counter"), row.getString("left_by"), row.getObject("left_at", OffsetDateTime.class));
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
