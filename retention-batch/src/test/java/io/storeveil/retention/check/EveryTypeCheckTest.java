package io.storeveil.retention.check;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * policy check says of every type, setting and protection what the plugin's page {@code types.md} says, which its
 * EveryTypeIT made from real records: refused where the stream would stop, and nowhere else.
 */
class EveryTypeCheckTest {
    private static final Path PLUGINS = Path.of("../connect-plugins/src");
    private static final Path SAMPLES = PLUGINS.resolve("test/resources/io/storeveil/connect");
    private static final TableName THING = new TableName("public", "thing");
    private static final List<Protection> PROTECTIONS = Protections.examples();

    /** Since PostgreSQL 15 a numeric may have a scale below zero or above its precision. */
    private static final Set<String> SINCE_15 = Set.of("numeric_negative_scale", "numeric_small");

    /** @param setting what the page says of the connector, one value each */
    private record Line(String type, Map<String, String> setting, String arrives, List<String> cells) {}

    private record Sample(String column, String declared) {
        String title() {
            return declared.startsWith("text generated") ? "generated text" : declared;
        }
    }

    private static final DataSource STORE = Stores.empty(StoreServer.running(), "types");
    private static List<Sample> samples = List.of();
    private static List<Line> lines = List.of();

    @BeforeAll
    static void makesTheTable() throws Exception {
        lines = lines(Files.readString(PLUGINS.resolve("doc/types.md")));
        try (Connection connection = STORE.getConnection();
                Statement statement = connection.createStatement()) {
            boolean since15 = connection.getMetaData().getDatabaseMajorVersion() >= 15;
            samples = Files.readAllLines(SAMPLES.resolve("types.tsv")).stream()
                    .skip(1)
                    .map(line -> line.split("\t"))
                    .map(cells -> new Sample(cells[0], cells[1]))
                    .filter(sample -> since15 || !SINCE_15.contains(sample.column()))
                    .toList();
            statement.execute(Files.readString(SAMPLES.resolve("types.sql")));
            statement.execute(samples.stream()
                    .map(sample -> sample.column() + " " + sample.declared())
                    .collect(joining(", ", "create table thing (id bigint primary key, ", ")")));
        }
    }

    @Test
    void whatTheCheckSays_isWhatTheStreamDid(@TempDir Path folder) throws Exception {
        CatalogTable thing;
        try (Connection connection = STORE.getConnection()) {
            thing = Catalog.read(connection).table(THING).orElseThrow();
        }
        int compared = 0;
        for (int i = 0; i < PROTECTIONS.size(); i++) {
            Policy policy = policy(folder, PROTECTIONS.get(i));
            Table table = requireNonNull(policy.tables().get(THING));
            for (Sample sample : samples) {
                for (Line line : linesOf(sample)) {
                    Findings findings = new Findings();
                    Column column = requireNonNull(table.columns().get(sample.column()));
                    new StreamTypes(policy, findings, List.of(modes(line.setting())))
                            .find(table, column, thing.column(sample.column()).orElseThrow());
                    assertThat(said(findings.sorted(), line.setting()))
                            .as("%s of %s, %s", PROTECTIONS.get(i), sample.declared(), line.setting())
                            .isEqualTo(expected(line, i));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(5_000);
    }

    @Test
    void theWholeCheck_refusesTheSame(@TempDir Path folder) throws Exception {
        Protection year = PROTECTIONS.stream()
                .filter(protection -> protection.toString().equals("generalise: year"))
                .findFirst()
                .orElseThrow();
        try (Connection connection = STORE.getConnection()) {
            List<Finding> findings = PolicyCheck.check(policy(folder, year), connection, CaptureModes.defaults());

            assertThat(findings)
                    .filteredOn(finding -> finding.what().contains("cannot take"))
                    .extracting(Finding::where)
                    .contains("public.thing.numeric", "public.thing.uuid", "public.thing.text_array")
                    .doesNotContain("public.thing.date", "public.thing.timestamptz", "public.thing.domain_date");
            assertThat(findings)
                    .filteredOn(finding -> finding.where().equals("public.thing.numeric_fixed"))
                    .extracting(Finding::what)
                    .anySatisfy(what -> assertThat(what).endsWith(" where decimal.handling.mode=precise"));
        }
    }

    private static String expected(Line line, int protection) {
        if (line.arrives().equals("not captured")) {
            return PROTECTIONS.get(protection).name().equals("drop") ? "" : "left out";
        }
        return switch (line.cells().get(protection)) {
            case "–" -> "refused";
            case "no sink" -> "no sink";
            default -> "";
        };
    }

    /** A refusal names the setting, if one decides. */
    private static String said(List<Finding> findings, Map<String, String> setting) {
        return findings.stream()
                .map(finding -> {
                    if (finding.severity() == Finding.Severity.ERROR) {
                        String name = finding.what().replaceFirst("^.* where |^.*", "");
                        assertThat(name.isEmpty() || (name + ",").matches("[a-z._]+=[a-z0-9-]+,"))
                                .as(finding.what())
                                .isTrue();
                        return "refused";
                    }
                    return finding.what().contains("JDBC sink") ? "no sink" : "left out";
                })
                .collect(joining(", "));
    }

    private static CaptureModes modes(Map<String, String> setting) {
        CaptureModes modes = CaptureModes.defaults();
        for (CaptureSetting each : CaptureSetting.values()) {
            String value = setting.get(each.key);
            modes = value == null ? modes : modes.with(each, value);
        }
        return modes;
    }

    private static Policy policy(Path folder, Protection protection) throws IOException {
        String word = protection.toString().contains(":") ? "{ " + protection + " }" : "\"" + protection + "\"";
        String text =
                """
                policy: storeveil/v1
                controller: { name: Shop, contact: privacy@shop.example }
                time-zone: UTC
                categories: { key: [pseudonymise, keep], tried: [%s, keep] }
                purposes: { contract: { basis: contract, keep: P3Y } }
                subjects: { thing: { table: public.thing, key: [id], clock: [thing.timestamptz] } }
                tables:
                  public.thing: { key: [id], purposes: [contract], columns: { id: key%s } }
                """
                        .formatted(
                                word,
                                samples.stream()
                                        .map(sample -> ", " + sample.column() + ": tried")
                                        .collect(joining()));
        return PolicyLoader.load(Files.writeString(folder.resolve("policy.yaml"), text));
    }

    private static List<Line> linesOf(Sample sample) {
        List<Line> found = lines.stream()
                .filter(line -> line.type().equals(sample.title()))
                .toList();
        assertThat(found).as(sample.title()).isNotEmpty();
        return found;
    }

    /** Each line of the page once for every combination of the values that it names. */
    private static List<Line> lines(String page) {
        List<Line> lines = new ArrayList<>();
        List<String> rows = page.substring(page.indexOf("<!-- types:"), page.indexOf("<!-- end of types -->"))
                .lines()
                .filter(row -> row.startsWith("| "))
                .toList();
        assertThat(Arrays.asList(rows.get(0).split(" \\| ", -1)).subList(3, 3 + PROTECTIONS.size()))
                .extracting(head -> head.replaceAll("`( \\|)?$|^`", ""))
                .isEqualTo(PROTECTIONS.stream().map(Object::toString).toList());
        for (String row : rows.subList(1, rows.size())) {
            List<String> cells =
                    Arrays.asList(row.substring(2, row.length() - 2).split(" \\| ", -1));
            for (Map<String, String> setting : settings(cells.get(1))) {
                lines.add(new Line(
                        cells.get(0).replace("`", ""),
                        setting,
                        cells.get(2),
                        cells.subList(3, cells.size()).stream()
                                .map(String::strip)
                                .toList()));
            }
        }
        return lines;
    }

    private static List<Map<String, String>> settings(String cell) {
        List<Map<String, String>> all = List.of(Map.of());
        for (String part : cell.isBlank() ? new String[0] : cell.split("; ")) {
            String name = part.substring(1, part.indexOf("`: "));
            List<Map<String, String>> more = new ArrayList<>();
            for (Map<String, String> setting : all) {
                for (String value : part.substring(part.indexOf("`: ") + 3).split(", ")) {
                    Map<String, String> longer = new LinkedHashMap<>(setting);
                    longer.put(name, value);
                    more.add(longer);
                }
            }
            all = more;
        }
        return all;
    }
}
