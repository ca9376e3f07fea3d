package io.storeveil.retention.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.Finding.Severity;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that nobody here made: drafted, loaded, checked; and checked again with the policy finished by hand. */
class ThirdPartyStoresIT {
    private static final Map<String, DataSource> LOADED = new HashMap<>();
    private static final EmbeddedPostgres SERVER = StoreServer.running();

    @ParameterizedTest
    @ValueSource(strings = {"chinook", "northwind"})
    void draft_loadsAsItIs_andHasNoErrors(String store, @TempDir Path folder) throws Exception {
        try (Connection connection = store(store).getConnection()) {
            String draft = PolicyDraft.of(Catalog.read(connection), store, ZoneId.of("Europe/Berlin"));
            Path file = Files.writeString(folder.resolve("draft.yaml"), draft);

            assertThat(errors(PolicyCheck.check(PolicyLoader.load(file), connection)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"chinook, customer, public.customer", "northwind, customer, public.customers"})
    void policyFinishedByHand_hasNoErrors(String store, String subject, String table) throws Exception {
        try (Connection connection = store(store).getConnection()) {
            Policy policy = PolicyLoader.load(Stores.policy(store(store), store));
            List<Finding> findings = PolicyCheck.check(policy, connection);

            assertThat(errors(findings)).isEmpty();
            assertThat(policy.subjects().get(subject))
                    .satisfies(kind -> assertThat(kind.table()).hasToString(table));
        }
    }

    @ParameterizedTest
    @CsvSource({"chinook, public.invoice, total: plain", "northwind, public.orders, freight: plain"})
    void policyThatForgetsAColumn_failsAndNamesIt(String store, String table, String line, @TempDir Path folder)
            throws Exception {
        try (Connection connection = store(store).getConnection()) {
            String policy = Files.readString(Stores.policy(store(store), store)).replace("      " + line + "\n", "");
            Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
            assertThat(errors(PolicyCheck.check(PolicyLoader.load(file), connection)))
                    .extracting(Finding::where)
                    .containsExactly(table + "." + line.substring(0, line.indexOf(':')));
        }
    }

    private static synchronized DataSource store(String name) {
        DataSource loaded = LOADED.get(name);
        if (loaded == null) {
            loaded = Stores.load(SERVER, name);
            LOADED.put(name, loaded);
        }
        return loaded;
    }

    private static List<Finding> errors(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }
}
