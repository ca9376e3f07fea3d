package io.storeveil.connect;

import org.jspecify.annotations.Nullable;

/**
 * Nothing may pass until a person has looked: the record at hand cannot be protected as the policy says. An {@link
 * Error}, because {@code errors.tolerance=all} makes a worker skip whatever a transform throws as an exception. Says
 * where and what; never a value, and never another exception's words unless they are known to hold none.
 */
public final class ProtectionStopped extends Error {

    private static final long serialVersionUID = 1L;

    /** @param details for the reason's blanks: words of ours, names of types, of tables and columns; never a value */
    ProtectionStopped(Reason reason, Place place, Object... details) {
        super(place + ": " + String.format(reason.text, details), null);
    }

    /** Why a task stops. A test has a record for each place in the code that says so. */
    enum Reason {
        NO_KEY_STATE("%s"),
        NOT_UNDERSTOOD("the record has a shape that is not understood (%s)"),
        NO_STRUCT("its value is neither a struct with a schema nor a map without one"),
        WRONG_KEY("it looks like a %s record and its key does not"),
        UNKNOWN_OPERATION("it is a change event of an operation or shape that is not known"),
        NO_TABLE("its source block names no table"),
        SEVERAL_TABLES("it is the topic of several tables: %s"),
        UNDECLARED_TABLE("the policy does not know its table"),
        UNDECLARED_COLUMN("the policy does not know it"),
        UNDECLARED_INSIDE(
                "inside of it is something that the policy does not know, or that its protection cannot take"),
        UNDECLARED_KEY(
                "it is in the record's key and the policy does not know it; leaving it out would make different rows"
                        + " one"),
        KEY_NOT_STRUCT("its key is neither a struct with a schema nor a map without one"),
        KEY_UNPROTECTABLE(
                "a record's key cannot be protected so, or its deletes would find no row; allowed: pseudonymise,"
                        + " tokenise, encrypt-deterministic, none"),
        CANNOT_PROTECT("%s"),
        MAP_OF_ONE_TYPE("a map's values have one type, and its paths give several; allowed: one protection, as [*]"),
        NO_OWNER("the row names no owner: every column that could is null"),
        OWNER_NOT_THERE("it says whose key the row is under, and is not in the record"),
        WRONG_FORM("a value has not the form its type says (%s)"),
        NOT_OURS("it is no text, and so nothing that this rule wrote"),
        NOT_JSON("it is no JSON, and so nothing that its paths left"),
        CANNOT_OPEN("%s"),
        WRONG_TYPE("what it holds is not of the type that its schema names"),
        SOURCE_FIELD("the source block's required field '%s' is not known to be harmless");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    /** Where in the stream something is; what is not known is left out. */
    record Place(String topic, @Nullable String table, @Nullable String column, @Nullable String rule) {

        static Place of(String topic) {
            return new Place(topic, null, null, null);
        }

        Place table(Object name) {
            return new Place(topic, name.toString(), null, null);
        }

        Place column(String name, @Nullable String itsRule) {
            return new Place(topic, table, name, itsRule);
        }

        Place rule(String itsRule) {
            return new Place(topic, table, column, itsRule);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("topic ").append(topic);
            if (table != null) {
                text.append(", table ").append(table);
            }
            if (column != null) {
                text.append(", column ").append(column);
            }
            if (rule != null) {
                text.append(", rule '").append(rule).append('\'');
            }
            return text.toString();
        }
    }
}
