package io.storeveil.retention.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.retention.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureModesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void ourExample_hasDebeziumsDefaults() {
        CaptureModes modes = CaptureModes.read(Path.of("../config/connectors/source.json"));

        assertThat(CaptureSetting.values())
                .allSatisfy(setting -> assertThat(modes.of(setting)).isEqualTo(setting.values.get(0)));
    }

    @Test
    void flatMap_isReadLikeOneWithConfig_andCaseDoesNotMatter() throws IOException {
        CaptureModes modes = CaptureModes.read(connector("\"decimal.handling.mode\": \"Double\""));

        assertThat(modes.of(CaptureSetting.DECIMALS)).isEqualTo("double");
        assertThat(modes.of(CaptureSetting.BINARY)).isEqualTo("bytes");
    }

    @Test
    void booleanInJson_isAValueToo() throws IOException {
        CaptureModes modes = CaptureModes.read(connector("\"include.unknown.datatypes\": true"));

        assertThat(modes.of(CaptureSetting.UNKNOWN_TYPES)).isEqualTo("true");
    }

    @Test
    void modeThatDebeziumDoesNotHave_isRefusedWithThoseItHas() {
        assertThatThrownBy(() -> CaptureModes.read(connector("\"binary.handling.mode\": \"s3cret\"")))
                .isInstanceOf(SettingsException.class)
                .hasMessageEndingWith("binary.handling.mode has a value that is not known; allowed: bytes, base64,"
                        + " base64-url-safe, hex");
    }

    @Test
    void whatIsNoConfiguration_isRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.json"), "transforms=protect");
        assertThatThrownBy(() -> CaptureModes.read(text)).hasMessageEndingWith("text.json: it is not JSON");
        assertThatThrownBy(() -> CaptureModes.read(folder.resolve("none.json")))
                .hasMessageEndingWith("none.json: it cannot be read");
    }

    private Path connector(String line) throws IOException {
        return Files.writeString(
                folder.resolve("connector.json"),
                "{\"connector.class\": \"io.debezium.connector.postgresql.PostgresConnector\", " + line + "}");
    }
}
