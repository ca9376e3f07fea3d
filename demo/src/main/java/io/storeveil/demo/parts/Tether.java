package io.storeveil.demo.parts;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class in a child JVM, and ends that JVM when the parent is gone, however it went: the child's
 * standard input is a pipe that only the parent holds open.
 */
final class Tether {

    private Tether() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(Tether::haltAtEndOfInput, "tether");
        watch.setDaemon(true);
        watch.start();
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            e.printStackTrace();
            Runtime.getRuntime().exit(1);
        }
    }

    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever said on this line
            }
        } catch (IOException e) {
            // the parent is gone as well
        }
        Runtime.getRuntime().halt(143);
    }
}
