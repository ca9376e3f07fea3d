package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.control.Consents.Answer;
import io.storeveil.keys.KeyReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How old an answer may be, and what becomes of one when the database is gone. */
class ConsentsTest {

    private static final String CONTROL = "consents";
    private static final Path TABLES = Path.of(
            "..", "retention-batch", "src", "main", "resources", "io/storeveil/retention/control", "control-2.sql");
    private static final KeyReference JO = KeyReference.of(new byte[KeyReference.LENGTH]);
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
    private static final Instant LONG_AGO = START.minusSeconds(3_600);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofDays(1);

    /** Stands still, or goes on by as much with each look. */
    private static final class Watch extends Clock {

        private Instant now = START;
        private Duration step = Duration.ZERO;
        private int looks;

        @Override
        public Instant instant() {
            looks++;
            now = now.plus(step);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Watch watch = new Watch();
    private Database control;
    private int said;

    @BeforeEach
    void emptyTables() throws IOException {
        control = ControlCluster.empty(CONTROL);
        ControlCluster.run(control, "create schema storeveil");
        ControlCluster.run(control, Files.readString(TABLES));
    }

    @AfterEach
    void letIn() {
        ControlCluster.accept(CONTROL);
    }

    private Consents open(Duration limit, Duration patience) throws SQLException {
        return Consents.open(control, "marketing", limit, patience, watch);
    }

    private void say(String decision, @Nullable Instant expires) {
        said++;
        ControlCluster.run(
                control,
                """
                insert into storeveil.consent (sha256, subject_kind, subject_ref, purpose, decision, at, expires_at, channel,
                    recorded_by, recorded_at)
                values ('\\x%02d', 'customer', '%s', 'marketing', '%s', '%s', %s, 'web', 'test', now())"""
                        .formatted(
                                said,
                                JO,
                                decision,
                                LONG_AGO.plusSeconds(said),
                                expires == null ? "null" : "'" + expires + "'"));
    }

    @Test
    void whoNeverSaidAnything_isTheCallersToJudge() throws SQLException {
        try (Consents consents = open(LIMIT, NEVER)) {
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.NOTHING);
        }
    }

    @Test
    void anAnswerIsUsedUpToItsLimit_andNoLonger() throws SQLException {
        say("granted", null);
        try (Consents consents = open(LIMIT, NEVER)) {
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            say("withdrawn", null);

            watch.now = START.plus(LIMIT).minusMillis(1);
            assertThat(consents.answer(JO, LONG_AGO)).as("as it was read").isEqualTo(Answer.YES);
            watch.now = START.plus(LIMIT);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.NO);
        }
    }

    @Test
    void aClockThatWasSetBack_makesNothingYounger() throws SQLException {
        say("granted", null);
        try (Consents consents = open(LIMIT, NEVER)) {
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            say("withdrawn", null);

            watch.now = START.minusMillis(1);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.NO);
        }
    }

    @Test
    void aRecordThatMayBeYoungerThanTheAnswer_isAskedAboutAnew() throws SQLException {
        say("granted", null);
        try (Consents consents = open(LIMIT, NEVER)) {
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            say("withdrawn", null);
            Instant lastThatIsOlder = START.minus(Consents.CLOCKS);
            assertThat(consents.answer(JO, lastThatIsOlder)).isEqualTo(Answer.YES);
            assertThat(consents.answer(JO, lastThatIsOlder.plusMillis(1))).isEqualTo(Answer.NO);

            say("granted", null);
            assertThat(consents.answer(JO, null)).as("it does not say when").isEqualTo(Answer.YES);
        }
    }

    @Test
    void aYesEndsWhenItExpires_withoutAnotherLook() throws SQLException {
        say("granted", START.plusSeconds(10));
        try (Consents consents = open(LIMIT, NEVER)) {
            watch.now = START.plusSeconds(10).minusMillis(1);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            ControlCluster.refuse(CONTROL);
            watch.now = START.plusSeconds(10);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.NO);
        }
    }

    @Test
    void aLostDatabaseIsWaitedFor_andAnswersWhenItIsBack() throws SQLException {
        say("granted", null);
        try (Consents consents = open(LIMIT, NEVER)) {
            ControlCluster.refuse(CONTROL);
            CompletableFuture<Void> back = CompletableFuture.runAsync(
                    () -> ControlCluster.accept(CONTROL),
                    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));

            assertThat(consents.answer(JO, START)).isEqualTo(Answer.YES);
            back.join();
        }
    }

    @Test
    void oneRecordWaitsAsLongAsItsPatienceLasts_andThoseBehindItDoNot() throws SQLException {
        say("granted", null);
        watch.step = Duration.ofSeconds(1);
        try (Consents consents = open(LIMIT, Duration.ofSeconds(6))) {
            ControlCluster.refuse(CONTROL);
            assertThat(consents.answer(JO, null)).isEqualTo(Answer.UNKNOWN);
            assertThat(watch.now).isAfter(START.plusSeconds(6)).isBefore(START.plusSeconds(60));

            int looks = watch.looks;
            assertThat(consents.answer(JO, null)).isEqualTo(Answer.UNKNOWN);
            assertThat(watch.looks - looks).as("one try, no second").isLessThanOrEqualTo(4);

            watch.step = Duration.ZERO;
            ControlCluster.accept(CONTROL);
            assertThat(consents.answer(JO, null))
                    .as("not within the same second")
                    .isEqualTo(Answer.UNKNOWN);
            watch.now = watch.now.plusSeconds(1);
            assertThat(consents.answer(JO, null)).isEqualTo(Answer.YES);
        }
    }

    @Test
    void whatIsKnownAndNew_isUsedWithoutTheDatabase() throws SQLException {
        say("granted", null);
        try (Consents consents = open(LIMIT, Duration.ZERO)) {
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            ControlCluster.refuse(CONTROL);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.YES);
            watch.now = START.plus(LIMIT);
            assertThat(consents.answer(JO, LONG_AGO)).isEqualTo(Answer.UNKNOWN);
        }
    }
}
