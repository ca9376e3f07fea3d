package io.storeveil.retention.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThirdPartyStoresIT {
    private static EmbeddedPostgres server;

    @BeforeAll
    static void startsTheServer() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopsTheServer() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chinook", "northwind"})
    void draft(String store) throws Exception {
        try (Connection connection = Stores.load(server, store).getConnection()) {
            String draft = PolicyDraft.of(Catalog.read(connection), store, ZoneId.of("Europe/Berlin"));
            Files.writeString(Path.of("target", store + "-draft.yaml"), draft);
            assertThat(draft).contains("subjects:");
        }
    }
}
