package io.storeveil.connect;

import io.storeveil.control.Consents;
import io.storeveil.control.Consents.Answer;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Purpose.Choice;
import io.storeveil.policy.SubjectKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a purpose may see one person's values now. */
interface Permission extends AutoCloseable {

    enum Verdict {
        GIVEN,
        REFUSED,
        /** Nobody could be asked in time. */
        UNKNOWN
    }

    /**
     * @param subject whose key a value is under
     * @param written when the record was written to the stream; null if it does not say
     */
    Verdict of(KeyReference subject, Keyring keys, @Nullable Instant written);

    @Override
    void close();

    /** For a purpose that asks nobody. */
    static Permission always() {
        return new Permission() {
            @Override
            public Verdict of(KeyReference subject, Keyring keys, @Nullable Instant written) {
                return Verdict.GIVEN;
            }

            @Override
            public void close() {}
        };
    }

    /** For nobody whose processing is restricted (GDPR Art. 18), whatever the purpose. */
    static Permission unlessRestricted(Consents everyPurpose, Permission otherwise) {
        return new Permission() {
            @Override
            public Verdict of(KeyReference subject, Keyring keys, @Nullable Instant written) {
                return switch (everyPurpose.answer(subject, written)) {
                    case NO -> Verdict.REFUSED;
                    case UNKNOWN -> Verdict.UNKNOWN;
                    case YES, NOTHING -> otherwise.of(subject, keys, written);
                };
            }

            @Override
            public void close() {
                everyPurpose.close();
                otherwise.close();
            }
        };
    }

    /** For a purpose that each person decides on. What is under no person's key has nobody to decide, and stays hidden. */
    static Permission of(Purpose purpose, Policy policy, Consents consents) {
        Answer silence = purpose.choice() == Choice.OPT_OUT ? Answer.YES : Answer.NO;
        List<String> people = policy.subjects().values().stream()
                .map(SubjectKind::table)
                .map(Object::toString)
                .toList();
        return new Permission() {
            @Override
            public Verdict of(KeyReference subject, Keyring keys, @Nullable Instant written) {
                if (people.stream().noneMatch(kind -> keys.isOf(subject, kind))) {
                    return Verdict.REFUSED;
                }
                Answer answer = consents.answer(subject, written);
                return switch (answer == Answer.NOTHING ? silence : answer) {
                    case YES -> Verdict.GIVEN;
                    case UNKNOWN -> Verdict.UNKNOWN;
                    case NO, NOTHING -> Verdict.REFUSED;
                };
            }

            @Override
            public void close() {
                consents.close();
            }
        };
    }
}
