package io.storeveil.connect;

import org.jspecify.annotations.Nullable;

/**
 * Nothing may pass until a person has looked: the record at hand cannot be protected as the policy says. An {@link
 * Error}, because {@code errors.tolerance=all} makes a worker skip whatever a transform throws as an exception. Says
 * where and what; never a value, and never another exception's words unless they are known to hold none.
 */
public final class ProtectionStopped extends Error {

    private static final long serialVersionUID = 1L;

    ProtectionStopped(Place place, String problem) {
        super(place + ": " + problem, null);
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
