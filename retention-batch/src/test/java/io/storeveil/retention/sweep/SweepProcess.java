package io.storeveil.retention.sweep;

import java.nio.file.Path;

/** A sweep in a process of its own, to be killed. */
final class SweepProcess {

    private SweepProcess() {}

    /** @param arguments directory, policy, store's URL, control database's URL, number of requests */
    public static void main(String[] arguments) throws Exception {
        Shop shop = new Shop(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2], arguments[3]);
        shop.eraseByRequests(Integer.parseInt(arguments[4]));
        System.exit(shop.sweep().exitCode());
    }
}
