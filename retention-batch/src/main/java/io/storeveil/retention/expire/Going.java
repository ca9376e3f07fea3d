package io.storeveil.retention.expire;

import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a statement in which rows of a family go, whose beginning says which rows of the head are {@code g0}. All
 * deletes are one statement: foreign keys are looked at when it ends, and then the children are gone.
 */
final class Going {

    private final Family family;
    private final List<Rule> rules;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Optional<String> stub;

    /**
     * @param family of one rule, where nothing goes along; that rule may also be one that anonymises
     * @param stub   true for rows of that rule that stay, and whose key goes; empty where none does
     */
    Going(Family family, Ownership ownership, OwnerKeys keys, Optional<String> stub) {
        this.family = family;
        this.rules = downwards(family);
        this.ownership = ownership;
        this.keys = keys;
        this.stub = stub;
    }

    /** Members stand children first, and are found from their owners down. */
    private static List<Rule> downwards(Family family) {
        List<Rule> rules = new ArrayList<>(List.of(family.head()));
        for (int i = family.members().size() - 1; i >= 0; i--) {
            rules.add(family.members().get(i).rule());
        }
        return List.copyOf(rules);
    }

    /** For what the statement answers. */
    Answers answers() {
        return new Answers(rules, ownership, keys, stub);
    }

    /** @param stretch what else is asked: texts of one row of {@code e}; empty for nothing */
    String sql(List<String> stretch) {
        Answers answers = answers();
        return answers.returning(family.head()) + ")" + members(answers) + " " + answers.select(stretch);
    }

    private String members(Answers answers) {
        StringBuilder with = new StringBuilder();
        for (int i = 1; i < rules.size(); i++) {
            List<Link> down = family.members().get(family.members().size() - i).down();
            Link link = down.get(down.size() - 1);
            String owner = "g" + rules.stream().map(Rule::table).toList().indexOf(link.to());
            with.append(", g").append(i).append(" as (delete from ");
            with.append(Sql.name(link.from())).append(" a where ");
            with.append(link.joinsAny("a", owner, owner + " where true"))
                    .append(" and ")
                    .append(link.appliesTo("a"));
            with.append(answers.returning(rules.get(i))).append(")");
        }
        return with.toString();
    }
}
