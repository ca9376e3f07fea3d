package io.storeveil.connect;

import static java.util.stream.Collectors.joining;

import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldProtection.Effect;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Guarantee;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The documentation of every protection, from what it says of itself: a page for each word of a policy, and an index. */
final class ProtectionPages {

    private static final int LENGTH = 40;

    private ProtectionPages() {}

    static String index() {
        String head = "| protection | reversible | same in, same out | joins | unreadable once the owner is erased |\n"
                + "|---|---|---|---|---|\n";
        return Protections.names().stream()
                .map(name -> {
                    Guarantee guarantee = forms(name).get(0).guarantee();
                    return "| [`" + name + "`](protections/" + name + ".md) | " + words(guarantee) + " |\n";
                })
                .collect(joining("", head, ""));
    }

    /** By file name. */
    static Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        Protections.names().forEach(name -> pages.put(name + ".md", page(name)));
        return pages;
    }

    /** What stands in a policy's list of categories. */
    static String example(Protection protection) {
        String form = protection.toString();
        if (form.contains(":")) {
            form = "{ " + form + " }";
        }
        return "  example: [ " + (form.equals("null") ? "\"null\"" : form) + ", keep ]";
    }

    private static String page(String name) {
        return forms(name).stream()
                .map(ProtectionPages::section)
                .collect(joining(
                        "\n",
                        "# `" + name
                                + "`\n\nOne of the [protections](../protections.md). Made by DocumentationTest from"
                                + " what the code declares.\n\n",
                        ""));
    }

    private static List<Protection> forms(String name) {
        return Protections.examples().stream()
                .filter(protection -> protection.name().equals(name))
                .toList();
    }

    private static String section(Protection protection) {
        Guarantee guarantee = protection.guarantee();
        return "## `" + protection + "`\n\n"
                + protection.summary() + "\n\n"
                + "```yaml\ncategories:\n" + example(protection) + "\n```\n\n"
                + "| reversible | same in, same out | joins | unreadable once the owner is erased | leaks |\n"
                + "|---|---|---|---|---|\n"
                + "| " + words(guarantee) + " | " + guarantee.leaks() + " |\n\n"
                + "| takes | gives |\n|---|---|\n" + types(protection) + "\n"
                + "| what comes | becomes |\n|---|---|\n" + others(protection);
    }

    private static String words(Guarantee guarantee) {
        return List.of(guarantee.reversible(), guarantee.deterministic(), guarantee.joinable(), guarantee.ownerKeyed())
                .stream()
                .map(yes -> yes ? "yes" : "no")
                .collect(joining(" | "));
    }

    private static String types(Protection protection) {
        return Arrays.stream(Kind.values())
                .filter(protection.takes()::contains)
                .map(kind -> "| " + kind.word() + " | " + gives(protection, kind) + " |\n")
                .collect(joining());
    }

    private static String gives(Protection protection, Kind kind) {
        FieldProtection bound = bound(protection, kind);
        if (bound.effect() == Effect.OMIT) {
            return "nothing";
        }
        Integer length = bound.out().length();
        return bound.out().kind().word()
                + (length == null || kind != Kind.TEXT
                        ? ""
                        : ", of up to " + length + " for up to " + LENGTH + " characters")
                + (bound.nullable() ? ", optional" : "");
    }

    private static String others(Protection protection) {
        boolean omitted =
                bound(protection, protection.takes().iterator().next()).effect() == Effect.OMIT;
        boolean all = protection.takes().size() == Kind.values().length;
        return "| null | " + (omitted ? "nothing" : "null") + " |\n"
                + "| Debezium's placeholder for a large value that did not change | "
                + (omitted ? "nothing" : "the placeholder") + " |\n"
                + "| a value of these types that is not what is meant | " + protection.malformed() + " |\n"
                + (all ? "" : "| a value of any other type | Refused: by policy check, and by a stop of the task. |\n");
    }

    private static FieldProtection bound(Protection protection, Kind kind) {
        try {
            FieldType in = kind == Kind.TEXT ? FieldType.text(LENGTH) : FieldType.of(kind);
            return protection.bind(in, new FieldContext("", "", "", ""));
        } catch (CannotProtect e) {
            throw new IllegalStateException(e);
        }
    }
}
