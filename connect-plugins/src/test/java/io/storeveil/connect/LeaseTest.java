package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.UndeclaredColumns;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The lease is asked for once for each record, when its work is done, and what was done without it never leaves. */
class LeaseTest {

    private final Held held = new Held();
    private final KeysInUse inUse = new KeysInUse(held);
    private final Protector protector = new Protector(
            new Rules(Fixture.policy(UndeclaredColumns.DROP), Rules.Before.KEY, new Placeholder("unavailable")),
            inUse,
            new Counters(inUse));

    @Test
    void whatWasMadeUnderAStateThatIsOver_isMadeAgainUnderTheNewOne() {
        assertThat(email()).isNotEqualTo("[erased]");
        Fixture.FixedKeys next = new Fixture.FixedKeys();
        next.erase(new OwnerId("public.customer", List.of(1L)));
        held.keyring = next;

        assertThat(email()).isEqualTo("[erased]");
        assertThat(inUse.likely()).isSameAs(next);
    }

    @Test
    void aLeaseThatEndedSinceTheLastRecord_stopsTheNextOne() {
        email();
        held.keyring = null;

        assertThatThrownBy(this::email)
                .isInstanceOf(ProtectionStopped.class)
                .hasMessageContaining("the lease on the key state is lost");
    }

    @Test
    void aRecordUnderTheSameState_asksOnce() {
        email();
        int before = held.asked;

        email();

        assertThat(held.asked - before).isOne();
    }

    private @Nullable Object email() {
        SourceRecord made =
                requireNonNull(protector.apply(Fixture.change("c", null, Fixture.customer(1, "a@example.org"))));
        return ((Struct) made.value()).getStruct("after").get("email");
    }

    /** The state that the lease is for; none without one. */
    private static final class Held implements Keys {

        private @Nullable Keyring keyring = new Fixture.FixedKeys();
        private int asked;

        @Override
        public Keyring current() {
            asked++;
            if (keyring == null) {
                throw new KeyStateUnavailable("the lease on the key state is lost");
            }
            return keyring;
        }

        @Override
        public long leaseLeftMillis() {
            return keyring == null ? 0 : 1_000;
        }

        @Override
        public void close() {}
    }
}
