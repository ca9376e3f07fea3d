package io.storeveil.retention.plan;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A rule that deletes, and the rules of the tables below whose rows go exactly when the row that owns them goes: an order
 * and its lines. They go together, in one transaction, and are found once.
 *
 * @param members children first
 */
public record Family(Rule head, List<Member> members) {

    private static final Set<ForeignKey.OnDelete> STRICT =
            Set.of(ForeignKey.OnDelete.NO_ACTION, ForeignKey.OnDelete.RESTRICT, ForeignKey.OnDelete.CASCADE);

    /** @param down the links from the head's table to the member's */
    public record Member(Rule rule, List<Link> down) {

        /** Nothing keeps its rows but what keeps those that own them: where these stay for a while, they stay as well. */
        public boolean follows(Rule head) {
            return rule.purposes().equals(head.purposes());
        }
    }

    /** The families among these rules; a rule that deletes by itself is one without members. */
    public static List<Family> of(List<Rule> rules, Ownership ownership) {
        Map<TableName, Rule> deletes = rules.stream()
                .filter(rule -> rule.kind() == Rule.Kind.DELETE)
                .collect(Collectors.toMap(Rule::table, rule -> rule));
        List<Family> families = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.kind() == Rule.Kind.DELETE) {
                families.add(new Family(rule, new Finder(ownership, deletes, rule).members()));
            }
        }
        Set<TableName> below =
                families.stream().flatMap(family -> family.tables().stream()).collect(Collectors.toSet());
        return families.stream()
                .filter(family -> !below.contains(family.head().table()))
                .toList();
    }

    /** Tables whose rows keep none of this rule's from going: they go along, or are left over together with them. */
    public static Set<TableName> along(List<Family> families, Rule rule) {
        return families.stream()
                .filter(family -> family.head().equals(rule) || family.tables().contains(rule.table()))
                .flatMap(family -> family.tables().stream())
                .collect(Collectors.toSet());
    }

    /** The rule that this one follows: rows of it that stay for a while keep this one's with them. */
    public static Optional<Rule> owner(List<Family> families, Rule rule) {
        return families.stream()
                .filter(family -> family.members().stream()
                        .anyMatch(member -> member.rule().equals(rule) && member.follows(family.head())))
                .map(Family::head)
                .findFirst();
    }

    /** A rule without members. */
    public static Family alone(Rule rule) {
        return new Family(rule, List.of());
    }

    /** True if the members are found without reading their whole tables. */
    public boolean indexed(Ownership ownership) {
        return members.stream().allMatch(member -> member.down().stream().allMatch(ownership::indexed));
    }

    /** The members'. */
    public Set<TableName> tables() {
        return members.stream().map(member -> member.rule().table()).collect(Collectors.toSet());
    }

    private record Finder(Ownership ownership, Map<TableName, Rule> deletes, Rule head) {

        List<Member> members() {
            return below(head.table(), List.of(), Set.of(head.table()));
        }

        /** Those of a table's children that can go along, children first. */
        private List<Member> below(TableName table, List<Link> down, Set<TableName> above) {
            List<Member> members = new ArrayList<>();
            for (Link link : ownership.linksInto(table)) {
                member(link, down, above).ifPresent(members::addAll);
            }
            return members;
        }

        /** A child with all that hangs on it; empty unless all of it can go along. */
        private Optional<List<Member>> member(Link link, List<Link> down, Set<TableName> above) {
            TableName child = link.from();
            Rule rule = deletes.get(child);
            if (rule == null || above.contains(child) || !sameFate(rule, link)) {
                return Optional.empty();
            }
            List<Link> here = new ArrayList<>(down);
            here.add(link);
            Set<TableName> with = new HashSet<>(above);
            with.add(child);
            List<Member> members = new ArrayList<>(below(child, here, with));
            Set<TableName> going =
                    members.stream().map(member -> member.rule().table()).collect(Collectors.toSet());
            if (!going.containsAll(hangingOn(child))) {
                return Optional.empty();
            }
            members.add(new Member(rule, here));
            return Optional.of(members);
        }

        /** Dated by its owner alone, kept no longer, the same people's, and tied to those above by this one link. */
        private boolean sameFate(Rule rule, Link link) {
            TableName child = rule.table();
            boolean dated = new Clocks(ownership)
                    .dating(child)
                    .filter(dating ->
                            !dating.up().isEmpty() && dating.up().get(0).equals(link))
                    .isPresent();
            boolean tied = ownership.described(child).foreignKeys().stream()
                    .allMatch(key -> !deletes.containsKey(key.references())
                            || (key.references().equals(link.to())
                                    && key.pairs().equals(link.owner().on())
                                    && STRICT.contains(key.onDelete())));
            return dated
                    && tied
                    && !rule.over().isBefore(head.over())
                    && Set.copyOf(ownership.kindsOf(child)).equals(Set.copyOf(ownership.kindsOf(head.table())))
                    && ownership.toShared(child).isEmpty();
        }

        private Set<TableName> hangingOn(TableName table) {
            Set<TableName> tables = new HashSet<>();
            ownership.catalog().foreignKeysInto(table).forEach(key -> tables.add(key.table()));
            new Dependents(ownership).holdingOn(table).forEach(hold -> tables.add(hold.from()));
            return tables;
        }
    }
}
