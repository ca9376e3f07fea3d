package io.storeveil.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.parts.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What people decide: a request to be erased, a hold, and that what the sweep plans may be done. */
final class Office {

    private static final String CLERK = "ada";
    private static final String OFFICER = "ben";

    private final Stage stage;
    private final Screen screen;
    private final Sweep sweep;
    private final String policy;

    Office(Stage stage, Sweep sweep) {
        this.stage = stage;
        this.screen = stage.screen;
        this.sweep = sweep;
        this.policy = stage.policyFile.toString();
    }

    /** @return the number of the request */
    String morning(Cast cast) {
        screen.part("requests", "One customer asks to be forgotten, another must not be");
        for (String person : new String[] {CLERK, OFFICER}) {
            said(sweep.run("person", "enrol", "--name", person, "--key", key(person)));
        }
        screen.say("Two people are enrolled, each with a key of their own: an approval is a signature.");
        screen.command("request erase --identifier email=" + cast.leaver().email() + " --by " + CLERK);
        Sweep.Ended entered = said(sweep.run(
                "request",
                "erase",
                "--policy",
                policy,
                "--identifier",
                "email=" + cast.leaver().email(),
                "--by",
                CLERK,
                "--json"));
        String request = entered.json().path("request").asText();
        stage.outcome.expect(entered.exitCode() == 0 && !request.isEmpty(), "the request is entered: " + request);
        screen.command("request approve " + request + " --as " + OFFICER);
        Sweep.Ended approved = said(sweep.run("request", "approve", request, "--as", OFFICER, "--key", key(OFFICER)));
        stage.outcome.expect(approved.exitCode() == 0, "approved by somebody else than who entered it");
        screen.command("hold add --subject customer:" + cast.held().id() + " --reason 'case 12 C 345/26'");
        Sweep.Ended held = said(sweep.run(
                "hold",
                "add",
                "--policy",
                policy,
                "--subject",
                "customer:" + cast.held().id(),
                "--reason",
                "case 12 C 345/26"));
        stage.outcome.expect(
                held.exitCode() == 0, "whatever expires, " + cast.held().name() + "'s data stays as it is");
        return request;
    }

    void approvePlan() {
        screen.command("plan show");
        Sweep.Ended plan = said(sweep.run("plan", "show", "--json"));
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode rule : plan.json().path("rules")) {
            rows.add(List.of(
                    rule.path("rule").asText().replace("public.", ""),
                    Screen.count(rule.path("eligible").asLong()),
                    rule.path("why").asText("")));
        }
        if (!rows.isEmpty()) {
            screen.table(List.of("rule", "rows", ""), rows);
        }
        screen.command("plan approve --as " + OFFICER);
        Sweep.Ended approved = said(sweep.run("plan", "approve", "--as", OFFICER, "--key", key(OFFICER)));
        stage.outcome.expect(approved.exitCode() == 0, "the plan is approved, rule by rule, with a signature");
    }

    private String key(String person) {
        Path file = stage.work.resolve("people").resolve(person + ".key");
        return file.toString();
    }

    private Sweep.Ended said(Sweep.Ended ended) {
        if (ended.exitCode() == 1 || ended.exitCode() == 2) {
            ended.output().forEach(screen::quiet);
        }
        return ended;
    }
}
