package io.storeveil.control;

import io.storeveil.keys.KeyState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The key state as sealed copies in several places, the keys that seal them in another, and a pointer to the edition that
 * counts. Every edition has a fresh key; publishing moves the pointer, and destroying the older keys makes whatever was
 * copied of the older editions unreadable.
 */
public final class SealedKeyStateStore implements KeyStateStore {

    /** Moments at which a test may stop a writer. */
    enum Moment {
        KEY_WRITTEN,
        COPY_WRITTEN,
        COPIES_VERIFIED,
        SWAPPED
    }

    /** Everything it is made of. */
    record Parts(List<StateCopy> copies, KeyEncryptionKeys keys, Pointer pointer, LeaseBook leases) {}

    static final int FEWEST_COPIES = 2;
    private static final int ATTEMPTS = 5;

    private final List<StateCopy> copies;
    private final KeyEncryptionKeys keys;
    private final Pointer pointer;
    private final LeaseBook leases;
    private final Consumer<Moment> interruption;

    SealedKeyStateStore(Parts parts) {
        this(parts, moment -> {});
    }

    SealedKeyStateStore(Parts parts, Consumer<Moment> interruption) {
        this.copies = parts.copies();
        this.keys = parts.keys();
        this.pointer = parts.pointer();
        this.leases = parts.leases();
        this.interruption = interruption;
    }

    /**
     * Makes ready whatever is missing, and the first version.
     *
     * @throws KeyStateUnavailable if there is a key state already, or pieces of one whose pointer is lost
     */
    public KeyState init() {
        KeyState first = KeyState.create();
        init(first);
        return first;
    }

    void prepare() {
        keys.prepare();
        copies.forEach(StateCopy::prepare);
        pointer.prepare();
        leases.prepare();
    }

    /** Whether a key state was made here, that may be in use or have moved away. */
    boolean isMade() {
        return pointer.exists() && !pointer.current().equals(Edition.NONE);
    }

    boolean hasMoved() {
        return pointer.exists() && pointer.current().equals(Edition.MOVED);
    }

    /** Nobody opens anything here from the return of this on. Harmless if it was done before. */
    void abandon() {
        writing(turn -> {
            Edition last = pointer.current();
            if (!last.equals(Edition.MOVED)) {
                turn.swap(last, Edition.MOVED);
            }
            forget(edition -> edition.turn() <= turn.number());
        });
    }

    /** As {@link #init()}, with a state that comes from another place. */
    void init(KeyState first) {
        prepare();
        writing(turn -> {
            begin();
            write(turn, Edition.NONE, first);
        });
    }

    /** A pointer to no version says that whatever lies about is an unfinished beginning, and not a lost pointer. */
    private void begin() {
        if (pointer.exists()) {
            if (!pointer.current().equals(Edition.NONE)) {
                throw new KeyStateUnavailable(pointer.place() + ": there is a key state already");
            }
            return;
        }
        copies.forEach(copy -> refuseIfAny(copy.editions(), copy.place()));
        refuseIfAny(keys.editions(), keys.place());
        pointer.begin();
    }

    private void refuseIfAny(List<Edition> editions, String place) {
        if (!editions.isEmpty()) {
            throw new KeyStateUnavailable(place + " holds pieces of a key state, but the pointer " + pointer.place()
                    + " is missing; restore it with the key-encryption keys, or empty all places to start anew");
        }
    }

    @Override
    public Leases leases() {
        return new Leases(leases);
    }

    @Override
    public long currentVersion() {
        return edition().version();
    }

    private Edition edition() {
        Edition current = pointer.current();
        if (current.equals(Edition.MOVED)) {
            throw new KeyStateUnavailable(
                    pointer.place() + ": the key state was moved to another place; name that one");
        }
        if (current.equals(Edition.NONE)) {
            throw new KeyStateUnavailable(pointer.place() + ": keys init was begun and not finished; run it again");
        }
        return current;
    }

    @Override
    public KeyState current() {
        List<String> problems = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Edition current = edition();
            problems = new ArrayList<>();
            for (StateCopy copy : copies) {
                KeyState state = open(copy, current, problems);
                if (state != null) {
                    return state;
                }
            }
            if (edition().equals(current)) {
                break;
            }
        }
        throw new KeyStateUnavailable("no copy of the key state opens: " + String.join("; ", problems));
    }

    private @Nullable KeyState open(StateCopy copy, Edition edition, List<String> problems) {
        try {
            return open(copy, edition);
        } catch (KeyStateUnavailable e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private KeyState open(StateCopy copy, Edition edition) {
        byte[] sealed = copy.read(edition);
        byte[] wrapped = at(copy.place(edition), () -> SealedState.wrappedKey(sealed));
        byte[] key = at(copy.place(edition) + " cannot be opened:", () -> keys.open(edition, wrapped));
        return at(copy.place(edition), () -> SealedState.openState(edition.version(), sealed, key));
    }

    private interface Opening<T> {
        T run();
    }

    private static <T> T at(String place, Opening<T> opening) {
        try {
            return opening.run();
        } catch (KeyStateUnavailable e) {
            throw new KeyStateUnavailable(place + " " + e.getMessage(), e);
        }
    }

    /** What is wrong with the current version's copies and keys, each with where; empty if nothing is. Opens them all. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (copies.size() < FEWEST_COPIES) {
            problems.add("there is no second copy; losing " + copies.get(0).place() + " loses every encrypted value");
        }
        try {
            Edition current = edition();
            byte @Nullable [] first = null;
            for (StateCopy copy : copies) {
                KeyState state = open(copy, current, problems);
                byte[] encoded = state == null ? null : state.encode();
                if (first != null && encoded != null && !Arrays.equals(first, encoded)) {
                    problems.add(copy.place(current) + " differs from another copy of the same version");
                }
                first = first == null ? encoded : first;
                problems.addAll(copy.problems(current));
            }
            problems.addAll(keys.problems(current));
        } catch (KeyStateUnavailable e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return List.copyOf(problems);
    }

    /** Every place that holds a copy, for a person. */
    public List<String> copies() {
        return copies.stream().map(StateCopy::place).toList();
    }

    /** Where the keys are that seal the copies, for a person. */
    public String keyEncryptionKeys() {
        return keys.place();
    }

    @Override
    public void publish(KeyState next) {
        writing(turn -> {
            Edition current = edition();
            if (current.version() != next.version() - 1) {
                throw new KeyStateUnavailable("version " + next.version() + " of the key state cannot follow version "
                        + current.version() + ", which is the current one; another writer came first");
            }
            write(turn, current, next);
        });
    }

    private void write(Pointer.Turn turn, Edition current, KeyState next) {
        // Of an earlier turn, so that no writer of them can make one current any more.
        forget(edition -> edition.version() >= current.version() && !edition.equals(current));
        Edition edition = new Edition(next.version(), turn.number());
        try {
            writeCopies(edition, next.encode());
            interruption.accept(Moment.COPIES_VERIFIED);
        } catch (RuntimeException e) {
            forgetQuietly(edition, e);
            throw e;
        }
        // A swap that fails may yet have happened: what it was to point at stays until the next writer knows.
        turn.swap(current, edition);
        interruption.accept(Moment.SWAPPED);
    }

    private void writeCopies(Edition edition, byte[] encoded) {
        KeyEncryptionKeys.Sealing sealing = keys.create(edition);
        interruption.accept(Moment.KEY_WRITTEN);
        for (StateCopy copy : copies) {
            copy.create(edition, SealedState.seal(edition.version(), encoded, sealing));
            interruption.accept(Moment.COPY_WRITTEN);
        }
        for (StateCopy copy : copies) {
            KeyState read;
            try {
                read = open(copy, edition);
            } catch (KeyStateUnavailable e) {
                throw new KeyStateUnavailable("a copy was written, but " + e.getMessage(), e);
            }
            if (!Arrays.equals(encoded, read.encode())) {
                throw new KeyStateUnavailable(copy.place(edition) + " was written, but reads back as another state");
            }
        }
    }

    private void forgetQuietly(Edition edition, RuntimeException reason) {
        try {
            forget(edition::equals);
        } catch (KeyStateUnavailable theNextWriterDoes) {
            reason.addSuppressed(theNextWriterDoes);
        }
    }

    /** @throws KeyStateUnavailable also if fewer than two copies of the current version open; nothing is destroyed then */
    @Override
    public void destroyOlderKeys() {
        writing(turn -> {
            Edition current = edition();
            List<String> problems = new ArrayList<>();
            long open = copies.stream()
                    .filter(copy -> open(copy, current, problems) != null)
                    .count();
            if (open < FEWEST_COPIES) {
                throw new KeyStateUnavailable("older key-encryption keys are kept while fewer than " + FEWEST_COPIES
                        + " copies of the key state open: " + String.join("; ", problems));
            }
            forget(edition -> !edition.equals(current) && edition.turn() <= turn.number());
        });
    }

    /** The keys first: from then on the copies are noise, wherever else they may lie. */
    private void forget(Predicate<Edition> which) {
        keys.editions().stream().filter(which).forEach(keys::destroy);
        for (StateCopy copy : copies) {
            copy.editions().stream().filter(which).forEach(copy::delete);
        }
    }

    private interface Writing {
        void in(Pointer.Turn turn);
    }

    private void writing(Writing work) {
        if (copies.size() < FEWEST_COPIES) {
            throw new IllegalStateException("a key state with one copy only is for reading");
        }
        try (Pointer.Turn turn = pointer.take()) {
            work.in(turn);
        }
    }
}
