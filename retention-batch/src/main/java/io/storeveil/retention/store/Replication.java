package io.storeveil.retention.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far those who read the store's log are behind, as far as the sweep's own user may see it. A replica that is not connected
 * shows by its slot alone: without one nothing tells of it.
 *
 * @param heldBack bytes of log that the slot furthest behind keeps, logical or physical
 * @param away     that slot's name, if nobody is connected to it; null else
 * @param behind   seconds, of the connected streaming replica furthest behind
 * @param unseen   streaming replicas of which PostgreSQL does not tell this user
 * @param lost     logical slots of this database whose log is gone, by name; null if there are none
 */
public record Replication(long heldBack, @Nullable String away, long behind, long unseen, @Nullable String lost) {

    private static final String NOT_LOGICAL =
            """
            pid not in (select active_pid from pg_replication_slots
                        where slot_type = 'logical' and active_pid is not null)""";
    // Whoever lacks pg_read_all_stats is shown the process of a replica, and nothing else of it.
    private static final String QUESTION =
            """
            select coalesce(furthest.held, 0)::bigint, case when not furthest.active then furthest.slot_name end,
                   (select coalesce(extract(epoch from max(replay_lag)), 0)::bigint from pg_stat_replication
                    where NOT_LOGICAL),
                   (select count(*) from pg_stat_replication where state is null and NOT_LOGICAL),
                   (select string_agg(slot_name, ', ' order by slot_name) from pg_replication_slots
                    where slot_type = 'logical' and database = current_database() and wal_status = 'lost')
            from (select) as one left join (
                select slot_name, active, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) as held
                from pg_replication_slots where restart_lsn is not null order by held desc limit 1) as furthest on true"""
                    .replace("NOT_LOGICAL", NOT_LOGICAL);

    public static Replication read(Connection store) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            row.next();
            return new Replication(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getString(5));
        }
    }

    /** What no waiting mends, and what to do about it; empty where the sweep may go on. */
    public Optional<String> refusal() {
        if (lost != null) {
            return Optional.of(
                    "replication slot " + lost + " is lost (wal_status 'lost', max_slot_wal_keep_size): what the"
                            + " sweep deletes would never reach whoever reads it. Drop the slot if nobody does; else set its"
                            + " connector up again with a new slot and snapshot; then start the same command again");
        }
        return unseen > 0
                ? Optional.of("the sweep's user may not see how far a streaming replica is behind: grant it"
                        + " pg_read_all_stats (or pg_monitor), then start the same command again")
                : Optional.empty();
    }
}
