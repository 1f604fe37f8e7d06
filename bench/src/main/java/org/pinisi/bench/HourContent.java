package org.pinisi.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/// The bytes that a route gives for a name: other ones for each route, name and length, so that an answer
/// shows by its hash where it came from, and that all of it came.
final class HourContent {
    private static final int BLOCK = 16 << 10;

    private final Map<String, String> digests = new ConcurrentHashMap<>();

    static void write(String route, String name, long length, OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK];
        String seed = route + "/" + name + "/" + length;
        new SplittableRandom(seed.hashCode()).nextBytes(block);
        for (long at = 0; at < length; at += BLOCK) {
            // No two blocks are equal, so that none can be missing or given twice.
            block[0] = (byte) (at / BLOCK);
            block[1] = (byte) ((at / BLOCK) >> 8);
            out.write(block, 0, (int) Math.min(BLOCK, length - at));
        }
    }

    /// The hash of those bytes, in hexadecimal.
    String digest(String route, String name, long length) {
        return digests.computeIfAbsent(route + "/" + name + "/" + length, _ -> {
            MessageDigest digest = sha256();
            try {
                write(route, name, length, new OutputStream() {
                    @Override
                    public void write(int value) {
                        digest.update((byte) value);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int count) {
                        digest.update(bytes, offset, count);
                    }
                });
            } catch (IOException impossible) {
                throw new BenchException("cannot digest", impossible);
            }
            return hex(digest);
        });
    }

    /// The hash of what a stream still holds.
    static String digest(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = new byte[BLOCK];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            digest.update(piece, 0, count);
        }
        return hex(digest);
    }

    static String digest(byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return hex(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new BenchException("no SHA-256", impossible);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /// An answer to a message on a WebSocket, or an event's text: the route's name before it.
    static String said(String route, String text) {
        return route + ": " + text;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
