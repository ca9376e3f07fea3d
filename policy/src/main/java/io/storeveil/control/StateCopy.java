package io.storeveil.control;

import java.util.List;

/** A place that holds a copy of each edition of the sealed key state that is still needed. */
interface StateCopy {

    /** Makes ready to hold copies; harmless if it is. */
    void prepare();

    /** Written whole and durably, or not at all. @throws KeyStateUnavailable also rather than write over anything */
    void create(Edition edition, byte[] sealed);

    /** @throws KeyStateUnavailable if it is missing or cannot be read; says where */
    byte[] read(Edition edition);

    List<Edition> editions();

    void delete(Edition edition);

    /** What is wrong with how this edition is kept, though it can be read. */
    List<String> problems(Edition edition);

    /** Where this edition is, for a person. */
    String place(Edition edition);

    /** Where the copies are, for a person. */
    String place();
}
