package io.storeveil.retention.restore;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store that is not what it was.
 *
 * @param run            which found it first
 * @param signs          each a sentence about the store
 * @param journalEndedAt the last entry that its journal had
 * @param body           who is back, as JSON
 * @param sha256         of the body
 * @param others         people who have the number of somebody who was erased, and are somebody else
 * @param waiting        requests still to be carried out, of which nothing shows that they mean who has the number now
 * @param approval       null while nobody has signed
 * @param adoptedBy      the run that has begun to go on with it; null before
 */
record Restored(
        long id,
        String store,
        String run,
        Instant foundAt,
        List<String> signs,
        long journalEndedAt,
        String body,
        String sha256,
        long others,
        List<String> waiting,
        @Nullable Approval approval,
        @Nullable String adoptedBy) {

    /**
     * @param leftAlone references of people who are not erased again
     * @param sha256    of the body that was signed
     * @param signature lower-case hex
     */
    record Approval(String person, List<String> leftAlone, String sha256, String signature) {

        /** What is signed. */
        static String text(Restored restored, String sha256, List<String> leftAlone) {
            return String.join(
                    "\n",
                    "storeveil/v1/restore-approval",
                    restored.store(),
                    restored.run(),
                    sha256,
                    String.join(",", leftAlone));
        }
    }
}
