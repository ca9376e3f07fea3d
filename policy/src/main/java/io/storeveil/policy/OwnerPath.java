package io.storeveil.policy;

import java.util.List;

/**
 * One way from a table's rows to the person they belong to.
 *
 * @param links from the table up to the subject's; empty for the subject's own table
 */
public record OwnerPath(TableName from, List<Link> links, SubjectKind subject) {

    /** @param from the table that declares {@code owner} */
    public record Link(TableName from, Owner owner) {}
}
