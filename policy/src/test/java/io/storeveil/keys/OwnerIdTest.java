package io.storeveil.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerIdTest {

    @Test
    void everyWayToWriteAWholeNumber_isOneOwner() {
        for (Object value : List.<Object>of(
                42L,
                42,
                (short) 42,
                (byte) 42,
                "42",
                new BigDecimal("42"),
                new BigDecimal("42.00"),
                new BigDecimal("4.2E+1"),
                BigInteger.valueOf(42),
                42.0)) {
            assertThat(OwnerId.of("public.customer", List.of(value)).key()).containsExactly(42L);
        }
    }

    @Test
    void theExtremes_areNumbers_andWhatDoesNotFit_isText() {
        assertThat(OwnerId.of("t", List.of("-9223372036854775808")).key()).containsExactly(Long.MIN_VALUE);
        assertThat(OwnerId.of("t", List.of(new BigDecimal("9223372036854775808")))
                        .key())
                .containsExactly("9223372036854775808");
        assertThat(OwnerId.of("t", List.of(new BigInteger("9223372036854775808")))
                        .key())
                .containsExactly("9223372036854775808");
    }

    @ParameterizedTest
    @ValueSource(strings = {"042", "+42", "-0", "", " 42", "4-2", "--", "-", "42.0", "\u0664\u0662"})
    void textThatOnlyResemblesANumber_staysText(String text) {
        assertThat(OwnerId.of("t", List.of(text)).key()).containsExactly(text);
    }

    @Test
    void decimals_haveNoTrailingZeros() {
        assertThat(OwnerId.of("t", List.of(new BigDecimal("1.50"), new BigDecimal("0.00"), new BigDecimal("-1E-3")))
                        .key())
                .containsExactly("1.5", 0L, "-0.001");
    }

    @Test
    void othersAreText() {
        UUID uuid = UUID.fromString("9b2e6d0c-5d3b-4e8f-9d46-0d3f1f6b7a10");
        assertThat(OwnerId.of("t", List.of(uuid, LocalDate.of(2026, 11, 1), true, 'x'))
                        .key())
                .containsExactly("9b2e6d0c-5d3b-4e8f-9d46-0d3f1f6b7a10", "2026-11-01", "true", "x");
    }

    @Test
    void bytes_areHexThatNoTextEquals() {
        assertThat(OwnerId.of("t", List.of(new byte[] {1, -1}, ByteBuffer.wrap(new byte[] {1, -1})))
                        .key())
                .containsExactly("\0b01ff", "\0b01ff");
    }

    @Test
    void aConstructorCanonicalisesToo() {
        assertThat(new OwnerId("t", List.of("42"))).isEqualTo(OwnerId.of("t", List.of(42)));
    }

    @Test
    void whatHasNoOneText_isRefusedWithoutItsValue() {
        for (Object value : Arrays.<Object>asList(null, new int[] {4711}, List.of(4711), Map.of("id", 4711))) {
            assertThatThrownBy(() -> OwnerId.of("public.customer", Arrays.asList(value)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("an owner of kind public.customer cannot have a key value of type ")
                    .hasMessageNotContaining("4711");
        }
        assertThatThrownBy(() -> OwnerId.of("public.customer", List.of()))
                .hasMessage("an owner of kind public.customer needs at least one key value");
    }

    @Test
    void halfASurrogatePair_isRefused_becauseTwoOwnersWouldBecomeOne() {
        KeyState state = KeyState.create();
        assertThatThrownBy(() -> state.ownerKey(OwnerId.of("t", List.of("\ud800"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    void words_holdNoKey() {
        assertThat(OwnerId.of("t", List.of("secret@example.com"))).hasToString("OwnerId[t]");
    }
}
