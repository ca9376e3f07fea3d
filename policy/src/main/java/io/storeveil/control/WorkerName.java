package io.storeveil.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** What a task calls itself in its lease: machine and process for a person, and something random so that it is unique. */
final class WorkerName {

    private WorkerName() {}

    static String fresh() {
        String random = UUID.randomUUID().toString().substring(0, 13);
        return host() + "-" + ProcessHandle.current().pid() + "-" + random;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
        } catch (UnknownHostException namelessMachine) {
            return "worker";
        }
    }
}
