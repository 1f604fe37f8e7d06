package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The parsers of one connection whose requests come in streams. On the event loop.
final class HeadPool {
    private final HttpLimits limits;
    private final int most;
    private final ArrayDeque<Head> free = new ArrayDeque<>();
    private final ArrayDeque<Head> retired = new ArrayDeque<>();

    /// Keeps no more parsers than streams may be open.
    HeadPool(HttpLimits limits, int most) {
        this.limits = limits;
        this.most = most;
    }

    /// The head of a request whose list was checked by [Http2RequestRules]; [#retire] takes it back.
    ///
    /// @param end whether no body follows
    /// @throws HttpException if a head may not be so
    Head parse(Http2Headers headers, boolean end, ByteBufAllocator allocator) {
        for (Head used = retired.poll(); used != null; used = retired.poll()) {
            keep(used);
        }
        ByteBuf text = allocator.heapBuffer();
        Head known = free.pollLast();
        Head head = known == null ? Head.forRequests(limits) : known;
        boolean parsed = false;
        try {
            HeaderText.request(headers, end, text);
            parsed = head.parse(text);
        } finally {
            text.release();
            if (!parsed) {
                keep(head);
            }
        }
        return head;
    }

    /// Whoever answered may look at the head until this call has returned to the loop.
    void retire(@Nullable Head head) {
        if (head != null) {
            retired.add(head);
        }
    }

    private void keep(Head head) {
        if (free.size() < most) {
            head.reset();
            free.addLast(head);
        }
    }
}
