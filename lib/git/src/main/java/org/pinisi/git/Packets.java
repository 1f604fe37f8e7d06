package org.pinisi.git;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// The few packets of Git's protocol (gitprotocol-common(5)) that JGit does not write for us.
final class Packets {
    /// Ends a part of the conversation.
    static final byte[] FLUSH = "0000".getBytes(US_ASCII);

    /// An empty packet of sideband 2: clients show nothing for it.
    static final byte[] KEEP_ALIVE = "0005\u0002".getBytes(US_ASCII);

    private Packets() {}

    static byte[] packet(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        byte[] head = "%04x".formatted(bytes.length + 4).getBytes(US_ASCII);
        byte[] packet = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, packet, head.length, bytes.length);
        return packet;
    }

    /// Instead of the refs: the client stops and shows the message.
    static byte[] error(String message) {
        return packet("ERR " + oneLine(message) + "\n");
    }

    /// Instead of a push's result: the client stops and shows the message.
    static byte[] fatal(String message) {
        return packet("\u0003" + oneLine(message) + "\n");
    }

    private static String oneLine(String message) {
        return ProgressQueue.printable(message.replaceAll("\\R", " "));
    }
}
