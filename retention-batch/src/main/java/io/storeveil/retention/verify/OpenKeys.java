package io.storeveil.retention.verify;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerKey;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.shred.ShredRecord;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Keys of erased people that the ledger calls destroyed: none of them may come out of the key state. */
final class OpenKeys {

    private OpenKeys() {}

    /** How many still do. */
    static long count(SweepContext context, Connection connection, List<Erasure> people) throws SQLException {
        long shredded = ShredRecord.upTo(context);
        KeyState keys = context.keys().current();
        long open = 0;
        try (PreparedStatement query = connection.prepareStatement(
                "select key_refs from storeveil.journal where request = any(?) and id <= ? and key_refs is not null")) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text", people.stream().map(Erasure::request).toArray()));
            query.setLong(2, shredded);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    open += open(keys, row.getBytes(1));
                }
            }
        }
        return open;
    }

    private static long open(KeyState keys, byte[] references) {
        long open = 0;
        for (int at = 0; at + KeyReference.LENGTH <= references.length; at += KeyReference.LENGTH) {
            KeyReference reference = KeyReference.of(Arrays.copyOfRange(references, at, at + KeyReference.LENGTH));
            open += keys.ownerKey(reference) instanceof OwnerKey.Erased ? 0 : 1;
        }
        return open;
    }
}
