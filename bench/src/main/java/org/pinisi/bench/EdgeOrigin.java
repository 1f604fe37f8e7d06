package org.pinisi.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// The upstream of the compared proxies, a process of its own: an epoll loop that answers every request
/// from memory, and costs less than any of the proxies, so that those are what is measured.
///
/// `/small` gives [#SMALL] bytes, `/large` gives [#LARGE]. It takes requests without a body, each of which
/// arrives in one piece, as proxies send them over loopback; anything else ends the connection.
final class EdgeOrigin {
    static final int SMALL = 1 << 10;
    static final int LARGE = 1 << 20;

    private static final int MOST_SOCKETS = 1 << 16;
    private static final int EVENTS = 512;
    private static final int BACKLOG = 4096;
    /// `GET /l`, of which the last byte tells large from small.
    private static final int CHOICE = 5;

    private final EpollCalls calls;
    private final MemorySegment events;
    private final MemorySegment input;
    private final MemorySegment small;
    private final MemorySegment large;
    /// What is left to send of a large answer, by socket.
    private final int[] left = new int[MOST_SOCKETS];

    private EdgeOrigin(Arena arena) {
        this.calls = new EpollCalls(arena);
        this.events = arena.allocate((long) EVENTS * EpollCalls.EVENT_BYTES, 8);
        this.input = arena.allocate(16 << 10, 8);
        this.small = answer(arena, body(SMALL));
        this.large = answer(arena, body(LARGE));
    }

    /// `EdgeOrigin PORT`: serves on a loopback port until it is ended.
    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined()) {
            new EdgeOrigin(arena).serve(Integer.parseInt(arguments[0]));
        }
    }

    /// The same bytes in every process.
    static byte[] body(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static MemorySegment answer(Arena arena, byte[] body) {
        byte[] head = """
                HTTP/1.1 200 OK\r
                Server: origin\r
                Date: Sat, 21 Nov 2026 12:00:00 GMT\r
                Content-Type: application/octet-stream\r
                Content-Length: %d\r
                ETag: "6a6f7922"\r
                Cache-Control: max-age=60\r
                \r
                """.formatted(body.length).getBytes(StandardCharsets.US_ASCII);
        MemorySegment answer = arena.allocate(head.length + body.length, 64);
        MemorySegment.copy(head, 0, answer, ValueLayout.JAVA_BYTE, 0, head.length);
        MemorySegment.copy(body, 0, answer, ValueLayout.JAVA_BYTE, head.length, body.length);
        return answer;
    }

    private void serve(int port) {
        int door = calls.listen(port, BACKLOG);
        while (true) {
            int count = calls.await(events, EVENTS);
            for (int i = 0; i < count; i++) {
                long event = (long) i * EpollCalls.EVENT_BYTES;
                int what = events.get(ValueLayout.JAVA_INT_UNALIGNED, event);
                int socket = events.get(ValueLayout.JAVA_INT_UNALIGNED, event + EpollCalls.EVENT_DATA);
                if (socket == door) {
                    accept(door);
                } else {
                    happened(socket, what);
                }
            }
        }
    }

    private void accept(int door) {
        int socket = calls.accept(door);
        while (socket >= 0) {
            if (socket >= MOST_SOCKETS) {
                calls.close(socket);
            } else {
                left[socket] = 0;
            }
            socket = calls.accept(door);
        }
    }

    private void happened(int socket, int what) {
        if (left[socket] > 0) {
            sendLarge(socket);
        }
        if ((what & ~EpollCalls.OUT) == 0) {
            return;
        }
        long length = calls.receive(socket, input);
        if (length <= CHOICE || left[socket] > 0) {
            calls.close(socket);
        } else if (input.get(ValueLayout.JAVA_BYTE, CHOICE) == 'l') {
            left[socket] = (int) large.byteSize();
            sendLarge(socket);
        } else if (calls.send(socket, small) < small.byteSize()) {
            calls.close(socket);
        }
    }

    private void sendLarge(int socket) {
        while (left[socket] > 0) {
            long sent = calls.send(socket, large.asSlice(large.byteSize() - left[socket]));
            if (sent <= 0) {
                // The way is full; the kernel says when it is not.
                return;
            }
            left[socket] -= (int) sent;
        }
    }
}
