package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;

/// A git:// server that shows whatever refs and sends whatever bytes as their pack. Protocol version 0.
final class FakeDaemon implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    private final Map<String, String> refs = new LinkedHashMap<>();
    private final PackWriter pack;

    /// Writes what comes after the negotiation.
    interface PackWriter {
        void write(OutputStream out) throws IOException;
    }

    FakeDaemon(Map<String, String> refs, PackWriter pack) throws IOException {
        this.refs.putAll(refs);
        this.pack = pack;
        Thread.ofVirtual().name("fake-daemon").start(this::serve);
    }

    RemoteUrl url() {
        return RemoteUrl.parse("git://127.0.0.1:" + socket.getLocalPort() + "/any.git");
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept();
                    OutputStream out = client.getOutputStream()) {
                InputStream in = client.getInputStream();
                line(in);
                String capabilities = "\0ofs-delta shallow";
                for (Map.Entry<String, String> ref : refs.entrySet()) {
                    out.write(Packets.packet(ref.getValue() + " " + ref.getKey() + capabilities + "\n"));
                    capabilities = "";
                }
                out.write(Packets.FLUSH);
                String said = line(in);
                while (!said.startsWith("done") && !said.equals("end")) {
                    said = line(in);
                }
                if (said.startsWith("done")) {
                    out.write(Packets.packet("NAK\n"));
                    pack.write(out);
                }
            } catch (IOException gone) {
                // The client has seen enough; the next one may come.
            }
        }
    }

    /// A packet's text, empty for a flush, `end` at the end.
    private static String line(InputStream in) throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length < 4) {
            return "end";
        }
        int length = Integer.parseInt(new String(head, UTF_8), 16);
        return length == 0 ? "" : new String(in.readNBytes(length - 4), UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// A pack put together by hand.
    static final class Pack {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int count;

        /// Adds an object and returns its name.
        String add(String type, byte[] contents) throws Exception {
            int code = switch (type) {
                case "commit" -> 1;
                case "tree" -> 2;
                default -> 3;
            };
            header(bytes, code, contents.length);
            try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
                deflater.write(contents);
            }
            count++;
            return name(type, contents);
        }

        static String name(String type, byte[] contents) throws Exception {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update((type + " " + contents.length + "\0").getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest(contents));
        }

        String commit(String tree) throws Exception {
            return add(
                    "commit",
                    ("tree " + tree + "\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n").getBytes(UTF_8));
        }

        static byte[] entry(String mode, String name, String object) {
            byte[] head = (mode + " " + name + "\0").getBytes(UTF_8);
            return ByteBuffer.allocate(head.length + 20)
                    .put(head)
                    .put(HexFormat.of().parseHex(object))
                    .array();
        }

        byte[] whole() throws Exception {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write(start(count));
            whole.write(bytes.toByteArray());
            whole.write(MessageDigest.getInstance("SHA-1").digest(whole.toByteArray()));
            return whole.toByteArray();
        }

        static byte[] start(int objects) {
            return ByteBuffer.allocate(12)
                    .put("PACK".getBytes(UTF_8))
                    .putInt(2)
                    .putInt(objects)
                    .array();
        }

        /// Type and length of an object (gitformat-pack(5)).
        static void header(ByteArrayOutputStream out, int code, long length) {
            long rest = length >> 4;
            int first = (int) ((code << 4) | (length & 15));
            out.write(rest > 0 ? first | 0x80 : first);
            while (rest > 0) {
                int next = (int) (rest & 0x7f);
                rest >>= 7;
                out.write(rest > 0 ? next | 0x80 : next);
            }
        }
    }
}
