package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;

/// A remote that speaks just enough of Git's protocol (gitprotocol-pack(5)) to offer a branch and send a pack whose
/// only
/// object says to be a file of many bytes, which then come as long as anybody reads them.
final class HugeRemote implements AutoCloseable {
    private static final String COMMIT = "1".repeat(40);
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int BLOB = 3;

    private final ServerSocket listener;
    private final long bytes;
    private final AtomicLong sent = new AtomicLong();
    private final Queue<IOException> ends = new ConcurrentLinkedQueue<>();

    private HugeRemote(ServerSocket listener, long bytes) {
        this.listener = listener;
        this.bytes = bytes;
    }

    static HugeRemote start(long bytes) throws IOException {
        HugeRemote remote = new HugeRemote(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()), bytes);
        Thread.ofVirtual().name("huge-remote").start(remote::run);
        return remote;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// How many bytes of the pack were taken.
    long sentBytes() {
        return sent.get();
    }

    private void run() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.setSoTimeout(PATIENCE_MILLIS);
                serve(new DataInputStream(client.getInputStream()), client.getOutputStream());
            } catch (IOException gone) {
                // The client has heard enough, or the test is over.
                ends.add(gone);
            }
        }
    }

    private void serve(DataInputStream in, OutputStream out) throws IOException {
        line(in);
        out.write(packet(COMMIT + " refs/heads/main\0ofs-delta shallow no-progress agent=test\n"));
        out.write("0000".getBytes(US_ASCII));
        out.flush();
        boolean wanted = false;
        for (String line = line(in); !line.equals("done"); line = line(in)) {
            wanted |= line.startsWith("want ");
            if (line.isEmpty() && !wanted) {
                return;
            }
        }
        out.write(packet("NAK\n"));
        pack(out);
    }

    private void pack(OutputStream out) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes("PACK".getBytes(US_ASCII));
        head.writeBytes(new byte[] {0, 0, 0, 2, 0, 0, 0, 1});
        long rest = bytes >>> 4;
        int first = BLOB << 4 | (int) (bytes & 15);
        head.write(rest > 0 ? first | 0x80 : first);
        while (rest > 0) {
            int seven = (int) (rest & 0x7f);
            rest >>>= 7;
            head.write(rest > 0 ? seven | 0x80 : seven);
        }
        out.write(head.toByteArray());
        out.flush();
        // Not to be pressed together, or the sender would be at its end too soon.
        Deflater deflater = new Deflater(Deflater.NO_COMPRESSION);
        try {
            byte[] zeros = new byte[64 << 10];
            byte[] chunk = new byte[80 << 10];
            for (long left = bytes; left > 0; left -= zeros.length) {
                deflater.setInput(zeros);
                int count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
                out.write(chunk, 0, count);
                sent.addAndGet(count);
            }
        } finally {
            deflater.end();
        }
    }

    private static byte[] packet(String text) {
        return "%04x%s".formatted(text.length() + 4, text).getBytes(US_ASCII);
    }

    /// One line without its end; empty for a flush packet.
    private static String line(DataInputStream in) throws IOException {
        int length = Integer.parseInt(new String(in.readNBytes(4), US_ASCII), 16);
        return length < 4 ? "" : new String(in.readNBytes(length - 4), US_ASCII).strip();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
