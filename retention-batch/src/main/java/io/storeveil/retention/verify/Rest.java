package io.storeveil.retention.verify;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether what stands in a row says nothing any more: judged by the values, not by the statement that wrote them. */
final class Rest {

    private static final String REDACTED = "redacted";
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

    private final Connection connection;
    private final Ownership ownership;
    private final Map<String, JsonNode> constants = new HashMap<>();

    Rest(Connection connection, Ownership ownership) {
        this.connection = connection;
        this.ownership = ownership;
    }

    /**
     * @param open places that still say something, and that none of the living purposes keeps
     * @param told their columns, and those that still say something because a living purpose keeps it
     */
    record Judged(Set<String> open, Set<String> told) {}

    Judged look(Row row, Set<String> living) throws SQLException {
        Judged judged = new Judged(new TreeSet<>(), new TreeSet<>());
        for (Column column : ownership.table(row.table()).columns().values()) {
            CatalogColumn type =
                    ownership.described(row.table()).column(column.name()).orElse(null);
            if (type == null || type.generated()) {
                // What follows from columns that are kept says what they say.
                judged.told.addAll(type == null || living.isEmpty() ? Set.of() : Set.of(column.name()));
            } else if (!column.inside().isEmpty() && JsonRest.reads(type.baseType())) {
                JsonRest.look(row, column, part -> kept(row.table(), part, living), judged);
            } else if (!stays(row.table(), column, type)) {
                if (kept(row.table(), column, living)) {
                    judged.told.add(column.name());
                } else if (!atRest(row, column, type)) {
                    judged.open.add(column.name());
                    judged.told.add(column.name());
                }
            }
        }
        return judged;
    }

    private boolean kept(TableName table, Column column, Set<String> living) {
        return column.atRest().action() != AtRest.Action.KEEP
                && ownership.columnPurposes(table, column).stream().anyMatch(living::contains);
    }

    /** Columns that keep their value whatever becomes of the person: the policy says so, or rows are found by them. */
    private boolean stays(TableName name, Column column, CatalogColumn type) {
        if (column.atRest().action() == AtRest.Action.KEEP) {
            return true;
        }
        if (!links(name, column)) {
            return false;
        }
        boolean constant = column.atRest().action() == AtRest.Action.CONSTANT;
        return constant ? namesItselfOrOwner(name, column) : !type.nullable();
    }

    private boolean links(TableName table, Column column) {
        return ownership.linking(table).contains(column.name());
    }

    private boolean namesItselfOrOwner(TableName name, Column column) {
        Table table = ownership.table(name);
        return ownership.described(name).primaryKey().contains(column.name())
                || table.key().contains(column.name())
                || table.owners().stream().anyMatch(owner -> owner.on().containsKey(column.name()));
    }

    private boolean atRest(Row row, Column column, CatalogColumn type) throws SQLException {
        JsonNode value = row.value(column.name());
        AtRest atRest = column.atRest();
        if (atRest.action() == AtRest.Action.CONSTANT && atRest.value() != null) {
            return value.equals(constant(row.table(), column.name(), atRest.value(), type));
        }
        boolean toNull = atRest.action() == AtRest.Action.NULL || links(row.table(), column);
        return value.isNull() || (!(toNull && type.nullable()) && neutral(row, value, type));
    }

    /** As PostgreSQL writes the policy's constant in this type. */
    private JsonNode constant(TableName table, String column, String text, CatalogColumn type) throws SQLException {
        String place = table + "." + column;
        JsonNode known = constants.get(place);
        if (known == null) {
            try (PreparedStatement query = connection.prepareStatement(
                            "select to_json(cast(" + Sql.literal(text) + " as " + type.type() + "))::text");
                    ResultSet value = query.executeQuery()) {
                value.next();
                known = JsonMapper.shared().readTree(value.getString(1));
            }
            constants.put(place, known);
        }
        return known;
    }

    /** A value that stands for none, of its type; a different one for each row where the column must be unique. */
    private boolean neutral(Row row, JsonNode value, CatalogColumn type) {
        String text = value.asString("").stripTrailing();
        String distinct = REDACTED + "-"
                + String.join("-", row.texts(ownership.described(row.table()).primaryKey()));
        if (TEXTS.contains(type.baseType())) {
            Integer length = type.length();
            return text.equals(REDACTED)
                    || text.equals(distinct)
                    || (length != null
                            && (text.equals(first(REDACTED, length)) || text.equals(last(distinct, length))));
        }
        if (type.category() == 'A') {
            return value.isEmpty();
        }
        return switch (type.baseType()) {
            case "int2", "int4", "int8", "float4", "float8", "numeric", "oid" ->
                value.isNumber() && value.decimalValue().signum() == 0;
            case "money" -> text.chars().filter(Character::isDigit).allMatch(digit -> digit == '0');
            case "date" -> text.equals("1970-01-01");
            case "timestamp" -> text.equals("1970-01-01T00:00:00");
            case "timestamptz" -> OffsetDateTime.parse(text).toInstant().equals(Instant.EPOCH);
            case "time", "timetz" -> text.startsWith("00:00:00") && !text.startsWith("00:00:00.");
            case "interval" -> text.equals("00:00:00");
            case "json", "jsonb" -> value.isObject() && value.isEmpty();
            case "xml" -> text.equals("<redacted/>");
            case "bytea" -> text.equals("\\x") || text.equals("\\x" + md5(distinct));
            case "bool" -> value.isBoolean() && !value.booleanValue();
            case "uuid" ->
                text.equals("00000000-0000-0000-0000-000000000000")
                        || text.replace("-", "").equals(md5(distinct));
            case "inet" -> text.equals("0.0.0.0");
            case "cidr" -> text.equals("0.0.0.0/0");
            default -> List.of(text).equals(type.enumLabels().stream().limit(1).toList());
        };
    }

    private static String first(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }

    private static String last(String text, int length) {
        return text.substring(Math.max(0, text.length() - length));
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}
