package io.storeveil.control;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Copies in the table {@code storeveil.key_state_copy}. */
final class DatabaseCopy implements StateCopy {

    private static final int PART = 8 << 20;

    private final KeyStateTables tables;

    DatabaseCopy(KeyStateTables tables) {
        this.tables = tables;
    }

    @Override
    public void prepare() {
        tables.prepare();
    }

    @Override
    public void create(Edition edition, byte[] sealed) {
        tables.run(connection -> {
            connection.setAutoCommit(false);
            int part = 0;
            for (int at = 0; at < sealed.length; at += PART) {
                KeyStateTables.update(
                        connection,
                        "insert into storeveil.key_state_copy (version, turn, part, sealed) values (?, ?, ?, ?)",
                        edition.version(),
                        edition.turn(),
                        part++,
                        Arrays.copyOfRange(sealed, at, Math.min(sealed.length, at + PART)));
            }
            connection.commit();
            return part;
        });
    }

    @Override
    public byte[] read(Edition edition) {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        tables.run(connection -> {
            // one part at a time: a driver keeps a whole result in memory
            for (int part = 0; append(sealed, connection, edition, part); part++) {}
            return sealed;
        });
        if (sealed.size() == 0) {
            throw new KeyStateUnavailable(place(edition) + " is missing");
        }
        return sealed.toByteArray();
    }

    private static boolean append(ByteArrayOutputStream sealed, Connection connection, Edition edition, int part)
            throws SQLException {
        List<byte[]> found = KeyStateTables.list(
                connection,
                "select sealed from storeveil.key_state_copy where version = ? and turn = ? and part = ?",
                row -> row.getBytes(1),
                edition.version(),
                edition.turn(),
                part);
        found.forEach(sealed::writeBytes);
        return !found.isEmpty();
    }

    @Override
    public List<Edition> editions() {
        return tables.list(
                "select distinct version, turn from storeveil.key_state_copy",
                row -> new Edition(row.getLong(1), row.getLong(2)));
    }

    @Override
    public void delete(Edition edition) {
        tables.update(
                "delete from storeveil.key_state_copy where version = ? and turn = ?",
                edition.version(),
                edition.turn());
    }

    @Override
    public List<String> problems(Edition edition) {
        return List.of();
    }

    @Override
    public String place(Edition edition) {
        return "edition " + edition + " in " + place();
    }

    @Override
    public String place() {
        return tables.place();
    }
}
