package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

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

    /// Not known yet: `work` blocks, so it is done off the loop; it gives the reply, or [Passed].
    record Later(Callable<Reply> work) implements Reply {}

    /// What was looked at later is in order.
    record Passed() implements Reply {}

    /// Puts whole field lines behind the first line of an answer that stands as on a wire.
    ///
    /// @return the longer answer in place of the given one
    static ByteBuf insert(ByteBuf answer, List<String> lines, ByteBufAllocator allocator) {
        if (lines.isEmpty()) {
            return answer;
        }
        byte[] more = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        int behind = answer.indexOf(answer.readerIndex(), answer.writerIndex(), (byte) '\n') + 1;
        ByteBuf longer = allocator.directBuffer(answer.readableBytes() + more.length);
        longer.writeBytes(answer, behind - answer.readerIndex())
                .writeBytes(more)
                .writeBytes(answer);
        answer.release();
        return longer;
    }
}
