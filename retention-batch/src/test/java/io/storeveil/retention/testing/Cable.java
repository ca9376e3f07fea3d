package io.storeveil.retention.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a server that can be cut, and joined again. */
public final class Cable implements AutoCloseable {

    private final int target;
    private final ServerSocket entrance;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    /** @param target port of a server on this machine */
    public Cable(int target) throws IOException {
        this.target = target;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::admit);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Whoever is connected loses the connection, and nobody gets another. */
    public void cut() {
        cut = true;
        ends.forEach(Cable::hangUp);
        ends.clear();
    }

    public void join() {
        cut = false;
    }

    private void admit() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                if (cut) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.addAll(List.of(client, server));
                run(() -> carry(client, server));
                run(() -> carry(server, client));
            } catch (IOException closed) {
                // the next one may get through
            }
        }
    }

    private static void carry(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException gone) {
            // both ends go together
        }
        hangUp(from);
        hangUp(to);
    }

    private static void hangUp(Socket end) {
        try {
            end.close();
        } catch (IOException gone) {
            // it is closed
        }
    }

    private static void run(Runnable work) {
        Thread thread = new Thread(work, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }
}
