package io.storeveil.policy;

import io.storeveil.policy.Shape.Either;
import io.storeveil.policy.Shape.Field;
import io.storeveil.policy.Shape.Fields;
import io.storeveil.policy.Shape.ListOf;
import io.storeveil.policy.Shape.MapOf;
import io.storeveil.policy.Shape.Pair;
import io.storeveil.policy.Shape.Text;
import io.storeveil.policy.Shape.Value;
import io.storeveil.policy.Shape.Word;
import io.storeveil.policy.Shape.YesNo;
import io.storeveil.protect.Protections;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Every word of the policy language, what may stand under it, and what it means: declared here and nowhere else. */
final class Language {

    static final String VERSION = "storeveil/v1";
    static final String NONE = "none";
    static final String KEEP = "keep";
    static final String DROP = "drop";

    private static final Text ANY_TEXT = text("a text", "[\\s\\S]*\\S[\\s\\S]*");
    private static final Text NAME =
            text("a name of letters, digits, '_' and '-' that begins with a letter", "[A-Za-z][A-Za-z0-9_-]{0,62}");
    private static final Text PERIOD = text(
            "a calendar period longer than zero, such as P3Y, P18M, P30D (ISO 8601, without times)",
            "P(?=.*[1-9])([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?");
    private static final Text DATE = text("a date such as 2026-11-01", "[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Text DAY_OF_YEAR =
            text("a month and a day such as 06-30", "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])");
    private static final Text TABLE = text(
            "a table as schema.table, or '\"Schema\".\"Table\"' for names with dots or spaces",
            "(\"([^\"]|\"\"){1,63}\"|[^\".\\s]+)(\\.(\"([^\"]|\"\"){1,63}\"|[^\".\\s]+))?");
    private static final Text COLUMN = text("a column's name", "[^\\n]*\\S[^\\n]*");
    private static final Text PATH = text(
            "a path such as $.address.city, $.items[*].sku or $['last name'] (JSONPath; in { } with quotes around it)",
            JsonPath.FORM);
    private static final Text COLUMN_OF_TABLE = text(
            "a column, alone or with its table, as in orders.placed_at",
            "(\"([^\"]|\"\"){1,63}\"|[^\".\\s]+)(\\.(\"([^\"]|\"\"){1,63}\"|[^\".\\s]+)){0,2}");
    private static final Text SQL_TYPE =
            text("an SQL type such as text or numeric(10,2)", "[A-Za-z_][A-Za-z0-9_ ]*(\\([0-9]+(, ?[0-9]+)?\\))?");
    private static final Text CONDITION =
            text("an SQL condition on one row, without ';' and comments", "(?!.*(;|--|/\\*))[^\\n]*\\S[^\\n]*");

    private static final ListOf COLUMNS = new ListOf("a list of columns, such as [id]", COLUMN, 1);
    private static final ListOf PURPOSES = new ListOf("a list of purposes, such as [contract]", NAME, 1);
    private static final Either CLOCK = new Either(List.of(
            new Word("clock", List.of(NONE)),
            new ListOf("a list of columns, such as [orders.placed_at]", COLUMN_OF_TABLE, 1)));

    static final Shape IN_STREAM = inStream(Protections.names());

    static final Shape AT_REST = new Either(List.of(
            new Word("at-rest value", List.of("keep", "null", "redact")),
            fields("{constant: text}")
                    .need("constant", new Value("a text or number"), "This value, cast to the column's type.")
                    .done()));

    static final Shape PATH_BODY = new Either(List.of(
            new Text("a category", NAME.pattern()),
            differing(fields("a mapping with is: and what differs from the category")
                            .need("is", NAME, "The category of what stands there."))
                    .done()));

    static final Shape COLUMN_BODY = new Either(List.of(
            new Text("a category", NAME.pattern()),
            differing(fields("a mapping with is: and what differs from the category, or with json: or json-like:")
                            .may("is", NAME, "The column's category."))
                    .may(
                            "json",
                            new MapOf("a mapping of paths to categories", PATH, PATH_BODY, 1, Integer.MAX_VALUE),
                            "What is inside, path by path, in JSON texts, structs, arrays and maps alike. What lies at"
                                    + " no path is undeclared.")
                    .may("json-like", TABLE, "Inside is an object with the columns of this table, protected as there.")
                    .done()));

    static final Fields OWNER = fields("a mapping with to: and on:")
            .need("to", TABLE, "The table of the owning row.")
            .need(
                    "on",
                    new MapOf("a mapping of this table's column to the owner's", COLUMN, COLUMN, 1, Integer.MAX_VALUE),
                    "This table's column to the owner's: its whole key, or an identifier of its subject kind.")
            .may(
                    "when",
                    new MapOf(
                            "a mapping of a column to a value",
                            COLUMN,
                            new Value("a text or number"),
                            1,
                            Integer.MAX_VALUE),
                    "The link counts where these columns have these values (polymorphic pairs).")
            .may("cast", SQL_TYPE, "The SQL type in which both sides are compared, where their types differ.")
            .done();

    static final Fields TABLE_BODY = fields("a mapping of what is said of one table")
            .may(
                    "key",
                    new Either(List.of(new Word("key", List.of(NONE)), COLUMNS)),
                    "The primary key's columns; none (or left out) where there is no key.")
            .may(
                    "owner",
                    new Either(List.of(OWNER, new ListOf("a list of such mappings", OWNER, 1))),
                    "Whose rows these are; the first link whose columns are not null counts.")
            .may("purposes", PURPOSES, "What the rows serve; without, what the owner's rows serve.")
            .may(
                    "clock",
                    CLOCK,
                    "Periods run from the latest of these; without, from the owner's clock. none: they never begin to run.")
            .may(
                    "columns",
                    new MapOf("a mapping of columns to categories", COLUMN, COLUMN_BODY, 1, Integer.MAX_VALUE),
                    "Every column of the table, with its category.")
            .may("shared", new YesNo(), "true: rows that several people refer to; they go with their last referrer.")
            .may(
                    "partitions",
                    new Word("fate of partitions", List.of(KEEP, DROP)),
                    "drop: a partition all of whose time is over goes as a whole, once none of its rows is needed; without:"
                            + " keep. Only where rows are dated by the column they are partitioned by, in ranges.")
            .may("captured", new YesNo(), "false: known, but neither streamed nor swept.")
            .done();

    static final Fields PURPOSE = fields("a mapping with basis: and keep:")
            .need("basis", new Word("legal basis", words(Purpose.Basis.values())), "The ground of GDPR Art. 6(1).")
            .may("reference", ANY_TEXT, "The law or contract that asks for it; a legal obligation must name it.")
            .may(
                    "opt-out",
                    new Word("right to say no", words(Purpose.OptOut.values())),
                    "A person may say no to it: by objection (GDPR Art. 21), or to the sale or sharing of their data (CCPA),"
                            + " which a Global Privacy Control signal says as well.")
            .need("keep", PERIOD, "How long, in calendar days of the policy's time zone.")
            .may("from", new Word("start", words(Purpose.From.values())), "Where the period starts; without: event.")
            .may("recipients", new ListOf("a list of names", ANY_TEXT, 0), "Who else receives the data for it.")
            .done();

    static final Fields SUBJECT = fields("a mapping with table: and key:")
            .need("table", TABLE, "The table with one row for each person.")
            .need("key", COLUMNS, "The columns that name one person.")
            .may(
                    "identifiers",
                    new MapOf("a mapping of a word to a column", NAME, COLUMN, 1, Integer.MAX_VALUE),
                    "What else finds the person in a request.")
            .may(
                    "created",
                    COLUMN,
                    "The column that says when the person came to be: whoever gets the number of an erased person in a"
                            + " restored store is told from them by it.")
            .may("clock", CLOCK, "Periods run from the latest of these; none: they never begin to run.")
            .may(
                    "open",
                    new MapOf("a mapping of a table to an SQL condition", TABLE, CONDITION, 1, Integer.MAX_VALUE),
                    "Rows that mark an open contract, which postpones expiry.")
            .may(
                    "inactive",
                    new Word("choice", List.of("erase")),
                    "erase: once every purpose of all of a person's rows has ended by this clock, the whole person is erased as"
                            + " by a request, rows that nothing dates included. Without: row by row.")
            .done();

    static final Fields ROOT = fields("a policy, which begins with 'policy: " + VERSION + "'")
            .need("policy", new Word("version of the language", List.of(VERSION)), "The version of this language.")
            .may("store", NAME, "The store's name, bound to every ciphertext; without: store.")
            .need(
                    "controller",
                    fields("a mapping with name: and contact:")
                            .need("name", ANY_TEXT, "Who decides why and how the data is processed (GDPR Art. 4(7)).")
                            .need("contact", ANY_TEXT, "Where a person may write to.")
                            .may("data-protection-officer", ANY_TEXT, "The data protection officer's address.")
                            .done(),
                    "Who is responsible.")
            .need(
                    "time-zone",
                    text("a time zone such as Europe/Berlin", "[A-Za-z][A-Za-z0-9_+/-]*"),
                    "The zone whose calendar days count.")
            .may(
                    "fiscal-year-ends",
                    DAY_OF_YEAR,
                    "The last day of the controller's fiscal year, for purposes 'from: end-of-fiscal-year'; 02-29 is the last"
                            + " of February in every year.")
            .may(
                    "reviewed",
                    fields("a mapping with by:, on: and again:")
                            .need("by", ANY_TEXT, "Who read the policy last.")
                            .need("on", DATE, "When.")
                            .need("again", PERIOD, "How soon it must be read again.")
                            .done(),
                    "The last review; a stale policy is a line in every report.")
            .need(
                    "categories",
                    new MapOf(
                            "a mapping of names to [in-stream, at-rest]",
                            NAME,
                            new Pair("[in-stream, at-rest], such as [encrypt, redact]", IN_STREAM, AT_REST),
                            1,
                            Integer.MAX_VALUE),
                    "Kinds of data: what the stream does with them, and what they become at rest once no purpose is left.")
            .need(
                    "purposes",
                    new MapOf("a mapping of names to purposes", NAME, PURPOSE, 1, Integer.MAX_VALUE),
                    "Why data is kept, on which legal ground, how long.")
            .may(
                    "subjects",
                    new MapOf("a mapping of names to kinds of person", NAME, SUBJECT, 1, Integer.MAX_VALUE),
                    "The kinds of person that the store knows.")
            .need(
                    "tables",
                    new MapOf("a mapping of tables to what is said of them", TABLE, TABLE_BODY, 1, Integer.MAX_VALUE),
                    "Every table and every column of the store.")
            .may(
                    "undeclared-columns",
                    new Word("choice", words(UndeclaredColumns.values())),
                    "What the stream does with a column that is not declared here: drop it and alert (the default), or stop.")
            .done();

    private Language() {}

    /** The policy's word for a constant: {@code LEGAL_OBLIGATION} is {@code legal-obligation}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Language::word).toList();
    }

    private static Shape inStream(List<String> names) {
        Value option = new Value("a text or number");
        return new Either(List.of(
                new Word("protection", names),
                new MapOf(
                        "a protection with its option, such as {generalise: year}",
                        new Word("protection", names),
                        new Either(
                                List.of(option, new MapOf("a mapping of options", NAME, option, 1, Integer.MAX_VALUE))),
                        1,
                        1)));
    }

    private static Text text(String allowed, String pattern) {
        return new Text(allowed, Pattern.compile(pattern));
    }

    /** What may be said of a column or path beside its category. */
    private static FieldsBuilder differing(FieldsBuilder category) {
        return category.may("for", PURPOSES, "Its own purposes; without, the table's (of a path: the column's).")
                .may("in-stream", IN_STREAM, "What the stream does with it, other than the category says.")
                .may("at-rest", AT_REST, "What it becomes at rest, other than the category says.")
                .may(
                        "domain",
                        NAME,
                        "Equal values in columns of one domain give equal pseudonyms, tokens and deterministic"
                                + " ciphertexts. Without: the domain of the column"
                                + " that it refers to, otherwise its own.")
                .may("references", COLUMN_OF_TABLE, "The key column that this one repeats; it takes its domain.");
    }

    private static FieldsBuilder fields(String allowed) {
        return new FieldsBuilder(allowed, new LinkedHashMap<>());
    }

    private record FieldsBuilder(String allowed, Map<String, Field> fields) {

        FieldsBuilder need(String key, Shape shape, String doc) {
            fields.put(key, new Field(shape, true, doc));
            return this;
        }

        FieldsBuilder may(String key, Shape shape, String doc) {
            fields.put(key, new Field(shape, false, doc));
            return this;
        }

        Fields done() {
            return new Fields(allowed, fields);
        }
    }
}
