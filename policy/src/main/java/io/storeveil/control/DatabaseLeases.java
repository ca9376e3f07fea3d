package io.storeveil.control;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Leases as rows of {@code storeveil.key_lease}, by the database's clock alone. A worker measures its lease from before it
 * asked, so that the row always outlives it, whatever the clocks of the two machines say.
 */
final class DatabaseLeases implements LeaseBook {

    private final KeyStateTables tables;

    DatabaseLeases(KeyStateTables tables) {
        this.tables = tables;
    }

    @Override
    public void prepare() {
        tables.prepare();
    }

    @Override
    public void renew(String worker, long version, Duration time, Instant until) {
        tables.update(
                """
                insert into storeveil.key_lease (worker, version, until)
                values (?, ?, clock_timestamp() + ? * interval '1 millisecond')
                on conflict (worker) do update set version = excluded.version, until = excluded.until""",
                worker,
                version,
                time.toMillis());
    }

    @Override
    public void giveBack(String worker) {
        try {
            tables.update("delete from storeveil.key_lease where worker = ?", worker);
        } catch (KeyStateUnavailable itRunsOut) {
            return;
        }
    }

    @Override
    public List<Leases.Held> held() {
        return tables.list(
                """
                select worker, version, until from storeveil.key_lease
                where until + ? * interval '1 millisecond' >= clock_timestamp() order by worker""",
                row -> new Leases.Held(
                        row.getString(1), row.getLong(2), row.getTimestamp(3).toInstant()),
                Leases.CLOCK_ALLOWANCE.toMillis());
    }

    @Override
    public void notice(String worker, List<Sighting> sightings) {
        for (Sighting sighting : sightings) {
            tables.update(
                    """
                    insert into storeveil.key_noticed (worker, store, table_name, column_name, times, last)
                    values (?, ?, ?, ?, ?, ?)
                    on conflict (worker, store, table_name, column_name)
                        do update set times = excluded.times, last = excluded.last""",
                    worker,
                    sighting.what().store(),
                    sighting.what().table(),
                    sighting.what().column(),
                    sighting.times(),
                    Timestamp.from(sighting.last()));
        }
    }

    @Override
    public List<Sighting> noticed() {
        return tables.list(
                "select store, table_name, column_name, times, last from storeveil.key_noticed",
                row -> new Sighting(
                        new Unknown(row.getString(1), row.getString(2), row.getString(3)),
                        row.getLong(4),
                        row.getTimestamp(5).toInstant()));
    }

    @Override
    public void forgetTheDead() {
        tables.update("delete from storeveil.key_noticed where last < clock_timestamp() - interval '30 days'");
        tables.update("delete from storeveil.key_lease where until < clock_timestamp() - interval '1 day'");
    }
}
