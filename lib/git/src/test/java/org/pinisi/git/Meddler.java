package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/// Stands between a client and a server, and does something to the answer at one of its bytes.
final class Meddler implements AutoCloseable {
    /// What it does.
    enum Mischief {
        FLIP,
        CUT,
        STALL
    }

    private final ServerSocket socket = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    private final int port;
    private final Mischief mischief;
    private final long at;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Meddler(RemoteUrl to, Mischief mischief, long at) throws IOException {
        this.port = to.port();
        this.mischief = mischief;
        this.at = at;
        Thread.ofVirtual().name("meddler").start(this::serve);
    }

    /// The server's address with our port.
    RemoteUrl url(RemoteUrl to) {
        return RemoteUrl.parse(to.toString().replace(":" + port, ":" + socket.getLocalPort()));
    }

    /// Counted down when the byte has come.
    CountDownLatch reached() {
        return reached;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> pass(client, server, false));
                Thread.ofVirtual().start(() -> pass(server, client, true));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket from, Socket to, boolean answer) {
        byte[] block = new byte[8192];
        long passed = 0;
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                boolean here = answer && passed <= at && at < passed + count;
                if (here) {
                    int index = (int) (at - passed);
                    reached.countDown();
                    switch (mischief) {
                        case FLIP -> block[index] ^= 0x5a;
                        case CUT -> {
                            out.write(block, 0, index);
                            return;
                        }
                        case STALL -> {
                            out.write(block, 0, index);
                            released.await();
                            return;
                        }
                    }
                }
                out.write(block, 0, count);
                passed += count;
            }
        } catch (IOException | InterruptedException ended) {
            // One side is gone, so the other goes too.
        }
    }

    @Override
    public void close() throws IOException {
        released.countDown();
        socket.close();
    }
}
