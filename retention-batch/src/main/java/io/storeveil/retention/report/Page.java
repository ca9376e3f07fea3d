package io.storeveil.retention.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills a page template. Whatever is put in is escaped; only the style sheet and the drawn chart are not. */
final class Page {

    /** Dates in the text, which no line may break in two; what is no text is the first group. */
    private static final Pattern UNBROKEN =
            Pattern.compile("(?s)(<title>.*?</title>|<style>.*?</style>|<[^>]*>)|\\b\\d{4}-\\d{2}-\\d{2}\\b");

    private Page() {}

    static String render(String template, Map<String, Object> view) {
        Map<String, Object> whole = new LinkedHashMap<>(view);
        whole.put("style", resource("page.css"));
        String page = Mustache.compiler()
                .escapeHTML(true)
                .strictSections(true)
                .emptyStringIsFalse(true)
                .compile(resource(template))
                .execute(whole);
        return UNBROKEN.matcher(page)
                .replaceAll(found -> found.group(1) == null
                        ? "<time>" + found.group() + "</time>"
                        : Matcher.quoteReplacement(found.group()));
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program's own archive");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
