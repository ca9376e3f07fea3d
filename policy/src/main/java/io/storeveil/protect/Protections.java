package io.storeveil.protect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The list of protections that a policy may name. */
public final class Protections {

    /** What a policy may write for a word, and how it is read. */
    private record Entry(List<String> forms, Function<Options, Protection> of) {}

    private static final Map<String, Entry> ENTRIES = entries();

    private Protections() {}

    private static Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        bare(entries, new None());
        bare(entries, new Drop());
        bare(entries, new Redact());
        bare(entries, new Null());
        entries.put("partial", new Entry(List.of("partial: {keep-last: 4}", "partial: email-domain"), Partial::of));
        entries.put("truncate", new Entry(List.of("truncate: {length: 20}"), Truncate::of));
        entries.put("generalise", new Entry(Generalise.FORMS, Generalise::of));
        bare(entries, new Pseudonymise());
        entries.put("tokenise", new Entry(Tokenise.FORMS, Tokenise::of));
        bare(entries, new EncryptDeterministic());
        bare(entries, new Encrypt());
        return entries;
    }

    private static void bare(Map<String, Entry> entries, Protection protection) {
        entries.put(protection.name(), new Entry(List.of(protection.name()), options -> {
            options.none();
            return protection;
        }));
    }

    /** Every word a policy may use, in the order the documentation lists them. */
    public static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /** One protection for each form a policy may write, with example numbers: for the documentation. */
    public static List<Protection> examples() {
        List<Protection> examples = new ArrayList<>();
        ENTRIES.forEach((name, entry) -> entry.forms.forEach(form -> examples.add(of(name, Options.in(form)))));
        return List.copyOf(examples);
    }

    /**
     * @param options as the policy gives them: {@code generalise: year} is {@code {"": "year"}}, {@code partial:
     *     {keep-last: 4}} is {@code {"keep-last": "4"}}, a bare word is empty
     * @throws IllegalArgumentException saying what is wrong with the name or the options and what is allowed
     */
    public static Protection of(String name, Map<String, String> options) {
        Entry entry = ENTRIES.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("unknown protection '" + name + "'"
                    + Spelling.didYouMean(name, ENTRIES.keySet()) + "; allowed: " + String.join(", ", names()));
        }
        return entry.of.apply(new Options(name, entry.forms, options));
    }
}
