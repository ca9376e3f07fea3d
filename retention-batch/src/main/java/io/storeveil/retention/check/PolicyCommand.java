package io.storeveil.retention.check;

import picocli.CommandLine.Command;

/** {@code policy check|draft|describe}. */
@Command(
        name = "policy",
        description = "The policy: written from a database, held against it, and put into words.",
        subcommands = {CheckCommand.class, DraftCommand.class, DescribeCommand.class})
public final class PolicyCommand {}
