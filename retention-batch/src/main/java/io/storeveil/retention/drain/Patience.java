package io.storeveil.retention.drain;

import io.storeveil.retention.sweep.StepFailed;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A bounded wait. Everything one drain waits for shares it, so that the whole has an end. */
final class Patience {

    private final long deadline;
    private final Duration whole;
    private final Duration pause;

    Patience(Duration whole, Duration pause) {
        this.whole = whole;
        this.pause = pause;
        this.deadline = System.nanoTime() + whole.toNanos();
    }

    boolean over() {
        return System.nanoTime() - deadline >= 0;
    }

    /**
     * Asks again until there is an answer.
     *
     * @param missing what is still missing and what to do about it, asked for when time is over
     * @throws StepFailed when time is over
     */
    <T> T await(Supplier<Optional<T>> question, Supplier<String> missing) {
        while (true) {
            Optional<T> answer = question.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (over()) {
                throw new StepFailed("after " + whole.toSeconds() + " s: " + missing.get());
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted while waiting for the stream", e);
        }
    }
}
