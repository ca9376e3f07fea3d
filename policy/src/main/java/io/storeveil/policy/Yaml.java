package io.storeveil.policy;

import java.util.List;

/** What a YAML file can hold, as far as a policy may use it: no anchors, no tags, one document. */
sealed interface Yaml {

    Place at();

    /** For messages: {@code a list}. */
    String describe();

    enum Kind {
        TEXT,
        YES_NO,
        NUMBER,
        NULL
    }

    record Scalar(String text, Kind kind, Place at) implements Yaml {
        @Override
        public String describe() {
            return switch (kind) {
                case TEXT -> text.isBlank() ? "an empty text" : Words.quote(text);
                case YES_NO -> "the unquoted word " + text;
                case NUMBER -> "the number " + Words.plain(text, 40);
                case NULL -> "nothing";
            };
        }
    }

    record Items(List<Yaml> items, Place at) implements Yaml {
        @Override
        public String describe() {
            return items.isEmpty() ? "an empty list" : "a list of " + items.size();
        }
    }

    record Entries(List<Entry> entries, Place at) implements Yaml {
        @Override
        public String describe() {
            return entries.isEmpty() ? "an empty mapping" : "a mapping (key: value)";
        }
    }

    /** Stands where something was that has been reported as a problem. */
    record Wrong(Place at) implements Yaml {
        @Override
        public String describe() {
            return "something wrong";
        }
    }

    record Entry(String key, Place keyAt, Yaml value) {}
}
