package io.storeveil.retention.plan;

import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which rules a person has approved, in the words they have now. */
public final class Approvals {

    private final JdbcClient control;

    public Approvals(DataSource control) {
        this.control = JdbcClient.create(control);
    }

    public boolean approved(Rule rule) {
        return control.sql("select count(*) from storeveil.rule_approval where rule = ? and rule_sha256 = ?")
                        .param(rule.name())
                        .param(rule.sha256())
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** For the plan: why a rule only observes. */
    String why(Rule rule) {
        Map<String, String> why = new TreeMap<>();
        control.sql("select rule_sha256 from storeveil.rule_approval where rule = ?")
                .param(rule.name())
                .query(String.class)
                .list()
                .forEach(sha -> why.put(sha, sha));
        return why.isEmpty() ? "nobody has approved it" : "it has changed since it was approved";
    }
}
