package org.pinisi.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between a client and a server on this machine, and spoils what the server says; until told to behave.
final class Relay implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private enum Manner {
        SILENT,
        CUTTING,
        CHANGING,
        FAITHFUL
    }

    private final ServerSocket listener;
    private final int server;
    private final long after;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Manner manner;

    private Relay(ServerSocket listener, int server, Manner manner, long after) {
        this.listener = listener;
        this.server = server;
        this.manner = manner;
        this.after = after;
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    /// Takes connections on this port and never says anything.
    static Relay silent(int port) throws IOException {
        return new Relay(new ServerSocket(port, 16, InetAddress.getLoopbackAddress()), 0, Manner.SILENT, 0);
    }

    /// Closes the connection after so many bytes from the server.
    static Relay cutting(int server, long after) throws IOException {
        return new Relay(any(), server, Manner.CUTTING, after);
    }

    /// Changes each byte from the server after so many.
    static Relay changing(int server, long after) throws IOException {
        return new Relay(any(), server, Manner.CHANGING, after);
    }

    private static ServerSocket any() throws IOException {
        return new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    }

    int port() {
        return listener.getLocalPort();
    }

    void behave() {
        manner = Manner.FAITHFUL;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                client.setSoTimeout(PATIENCE_MILLIS);
                if (manner != Manner.SILENT) {
                    Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
                    sockets.add(there);
                    there.setSoTimeout(PATIENCE_MILLIS);
                    Thread.ofVirtual().name("relay-up").start(() -> copy(client, there, Manner.FAITHFUL));
                    Thread.ofVirtual().name("relay-down").start(() -> copy(there, client, manner));
                }
            }
        } catch (IOException closed) {
            close();
        }
    }

    private void copy(Socket from, Socket to, Manner how) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long passed = 0;
            byte[] chunk = new byte[512];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                passed += count;
                if (passed > after && how == Manner.CUTTING) {
                    return;
                }
                if (passed > after && how == Manner.CHANGING) {
                    chunk[count / 2] ^= 0x11;
                }
                out.write(chunk, 0, count);
            }
        } catch (IOException gone) {
            // One side has closed; so does the other now.
            return;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new IllegalStateException("cannot close a relay", failure);
        }
    }
}
