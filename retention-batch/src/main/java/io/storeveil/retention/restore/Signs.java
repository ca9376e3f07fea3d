package io.storeveil.retention.restore;

import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.shred.ShredRecord;
import io.storeveil.retention.store.Epoch;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What tells a store that was put back from a backup, or exchanged for another, from the one that was swept last. */
final class Signs {

    private Signs() {}

    /** Each a sentence about the store; none if it is what it was. */
    static List<String> of(SweepContext context) throws SQLException {
        String store = context.run().store();
        List<String> signs = new ArrayList<>();
        epoch(context).sign().ifPresent(signs::add);
        new RunSeal(context.control(), context.clock())
                .lost(context.store(), store)
                .ifPresent(signs::add);
        long ended = journalEnd(context);
        long shredded = ShredRecord.upTo(context);
        if (ended < shredded) {
            signs.add("its journal ends at entry " + ended + ", and the keys of entries up to " + shredded
                    + " are destroyed");
        }
        Set<String> frozen = new TreeSet<>();
        new Mirrors(context).missing().forEach(frost -> frozen.add(frost.id()));
        if (!frozen.isEmpty()) {
            signs.add("it does not know of " + String.join(", ", frozen) + ", written there before they were in force");
        }
        return signs;
    }

    static Epoch epoch(SweepContext context) {
        return new Epoch(
                context.store(),
                context.control(),
                context.clock(),
                context.run().store());
    }

    /** The last entry of the store's journal; 0 if there is none. */
    static long journalEnd(SweepContext context) throws SQLException {
        try (Connection connection = context.store().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(max(id), 0) from storeveil.journal")) {
            row.next();
            return row.getLong(1);
        }
    }
}
