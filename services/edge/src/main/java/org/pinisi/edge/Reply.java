package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// What the edge answers itself because a rule of the route says so. Immutable.
sealed interface Reply {
    /// An error page with more fields.
    ///
    /// @param fields whole field lines without their ends
    record Refusal(int status, Fault fault, List<String> fields) implements Reply {
        static Refusal of(int status, Fault fault, String... fields) {
            return new Refusal(status, fault, List.of(fields));
        }
    }

    /// Go there.
    record Elsewhere(int status, String location) implements Reply {}

    /// A page of the route's own.
    ///
    /// @param fields whole field lines without their ends
    record Page(int status, Fault fault, HtmlPage page, List<String> fields) implements Reply {}

    /// Something of the edge's own to read.
    ///
    /// @param type what it is, as Content-Type says
    record Content(int status, String type, String text) implements Reply {
        private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                        "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);

        static Content text(int status, String text) {
            return new Content(status, "text/plain; charset=utf-8", text);
        }

        /// The whole answer as it stands on a wire of HTTP/1.1; for HEAD without the body.
        ByteBuf answer(ByteBufAllocator allocator, boolean headOnly, Instant now) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            byte[] head = ("HTTP/1.1 " + status + (status == 200 ? " OK" : " ") + "\r\nDate: " + DATE.format(now)
                            + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                            + "\r\nCache-Control: no-store\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            ByteBuf out = allocator.directBuffer(head.length + body.length).writeBytes(head);
            return headOnly ? out : out.writeBytes(body);
        }
    }

    /// Not known yet: `work` blocks, so it is done off the loop; it gives the reply, or [Passed].
    record Later(Callable<Reply> work) implements Reply {}

    /// Known when the request's body was read, all of it; `work` blocks, so it is done off the loop.
    ///
    /// @param most bytes of a body
    record Collected(int most, Function<byte[], Content> work) implements Reply {}

    /// What was looked at later is in order.
    record Passed() implements Reply {}

    /// Puts whole field lines behind the first line of an answer that stands as on a wire.
    ///
    /// @return the longer answer in place of the given one
    static ByteBuf insert(ByteBuf answer, List<String> lines, ByteBufAllocator allocator) {
        return lines.isEmpty()
                ? answer
                : insert(
                        answer, (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1), allocator);
    }

    /// The same with lines that have their ends.
    static ByteBuf insert(ByteBuf answer, byte[] more, ByteBufAllocator allocator) {
        if (more.length == 0) {
            return answer;
        }
        int behind = answer.indexOf(answer.readerIndex(), answer.writerIndex(), (byte) '\n') + 1;
        ByteBuf longer = allocator.directBuffer(answer.readableBytes() + more.length);
        longer.writeBytes(answer, behind - answer.readerIndex())
                .writeBytes(more)
                .writeBytes(answer);
        answer.release();
        return longer;
    }
}
