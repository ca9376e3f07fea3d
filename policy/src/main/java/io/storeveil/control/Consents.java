package io.storeveil.control;

import io.storeveil.keys.KeyReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people say of one purpose, as a worker asks it of the control database, record by record.
 *
 * <p>Guarantees that an answer was read after the record was written, and no longer ago than the limit. Whoever records
 * a consent sends the person's rows through the stream once more; so the last answer given for a row is the current one,
 * however statements, changes and deliveries interleave. When a record was written is told by the clock of the worker
 * that wrote it, for which a difference of {@link #CLOCKS} is allowed; a record younger than that is asked about anew.
 *
 * <p>Remembers a bounded number of people, and forgets those of whom something new is said. Safe for threads.
 */
public final class Consents implements AutoCloseable {

    /** In place of a purpose's name: a no to it takes a person out of all use (GDPR Art. 18). */
    public static final String EVERY_PURPOSE = "*";

    /** How far workers' clocks may differ; the same as for leases on the key state. */
    static final Duration CLOCKS = Duration.ofSeconds(5);

    private static final int PEOPLE = 100_000;
    private static final long PAUSE_MILLIS = 200;

    /** What counts of what a person said. */
    public enum Answer {
        /** Yes, and it has not expired. */
        YES,
        /** No, or a yes that has expired. */
        NO,
        /** They were never asked, or said nothing. */
        NOTHING,
        /** The control database does not answer. */
        UNKNOWN
    }

    /** @param until when a yes ends; null for never */
    private record Said(Answer answer, @Nullable Instant until) {}

    private static final Said NOTHING = new Said(Answer.NOTHING, null);

    private final Database control;
    private final String purpose;
    private final Duration limit;
    private final Duration patience;
    private final Clock clock;
    private final Map<KeyReference, Said> people = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<KeyReference, Said> eldest) {
            return size() > PEOPLE;
        }
    };

    private @Nullable Connection connection;
    private long upTo = -1;
    private Instant readAt = Instant.MIN;
    private boolean givenUp;
    private Instant nextTry = Instant.MIN;

    private Consents(Database control, String purpose, Duration limit, Duration patience, Clock clock) {
        this.control = control;
        this.purpose = purpose;
        this.limit = limit;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * @param limit    how old what is known may be, whatever the record
     * @param patience how long one record waits for a database that does not answer; once it has, those behind it do not
     * @throws SQLException if the database cannot be read now
     */
    public static Consents open(Database control, String purpose, Duration limit, Duration patience)
            throws SQLException {
        return open(control, purpose, limit, patience, Clock.systemUTC());
    }

    static Consents open(Database control, String purpose, Duration limit, Duration patience, Clock clock)
            throws SQLException {
        Consents consents = new Consents(control, purpose, limit, patience, clock);
        consents.read();
        return consents;
    }

    /**
     * @param written when the record was written to the stream; null if it does not say
     */
    public synchronized Answer answer(KeyReference subject, @Nullable Instant written) {
        Instant end = clock.instant().plus(patience);
        while (true) {
            Instant now = clock.instant();
            try {
                if (now.isBefore(nextTry)) {
                    return Answer.UNKNOWN;
                }
                if (!isFreshFor(written, now)) {
                    read();
                }
                Said said = people.get(subject);
                if (said == null) {
                    said = ask(subject);
                    people.put(subject, said);
                }
                givenUp = false;
                return said.until != null && !clock.instant().isBefore(said.until) ? Answer.NO : said.answer;
            } catch (SQLException failed) {
                disconnect();
                if (givenUp || !clock.instant().isBefore(end) || !pause()) {
                    givenUp = true;
                    nextTry = clock.instant().plusSeconds(1);
                    return Answer.UNKNOWN;
                }
            }
        }
    }

    private boolean isFreshFor(@Nullable Instant written, Instant now) {
        return written != null
                && !written.plus(CLOCKS).isAfter(readAt)
                && now.isBefore(readAt.plus(limit))
                && !now.isBefore(readAt);
    }

    /** Forgets the people of whom something was said since. */
    private void read() throws SQLException {
        Instant begun = clock.instant();
        try (PreparedStatement query = connection()
                .prepareStatement("select id, subject_ref from storeveil.consent where purpose = ? and id > ?"
                        + " order by id")) {
            if (upTo < 0) {
                upTo = newest();
                people.clear();
            }
            query.setString(1, purpose);
            query.setLong(2, upTo);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    people.remove(KeyReference.parse(row.getString(2)));
                    upTo = row.getLong(1);
                }
            }
        }
        readAt = begun;
    }

    private long newest() throws SQLException {
        try (PreparedStatement query =
                connection().prepareStatement("select coalesce(max(id), 0) from storeveil.consent where purpose = ?")) {
            query.setString(1, purpose);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Said ask(KeyReference subject) throws SQLException {
        try (PreparedStatement query = connection()
                .prepareStatement("select decision, expires_at from storeveil.consent_now where subject_ref = ? and"
                        + " purpose = ?")) {
            query.setObject(1, subject.toString(), Types.VARCHAR);
            query.setString(2, purpose);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return NOTHING;
                }
                OffsetDateTime until = row.getObject(2, OffsetDateTime.class);
                return row.getString(1).equals("granted")
                        ? new Said(Answer.YES, until == null ? null : until.toInstant())
                        : new Said(Answer.NO, null);
            }
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = control.connect();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            try {
                broken.close();
            } catch (SQLException itIsBroken) {
                return;
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized void close() {
        disconnect();
    }
}
