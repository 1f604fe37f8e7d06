package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandler;
import java.time.Duration;
import java.time.InstantSource;

/// HTTP/2 for a proxy (RFC 9113): connections whose streams are passed on piece by piece on the
/// event loop, with the same guard against floods, limits and batching as [HttpServer]'s.
/// Thread-safe; what it opens belongs to one event loop each.
public final class Http2Gateway {
    /// The length of what a client sends first.
    public static final int PREFACE_BYTES = 24;

    private static final int ANY_NUMBER = 1 << 24;

    private final ServerCore core;

    /// @param limits for heads and bodies, and how long a connection may be idle
    /// @param secure whether TLS lies in the pipelines
    public Http2Gateway(HttpLimits limits, Http2Limits http2, InstantSource clock, boolean secure) {
        this.core = new ServerCore(
                "gateway",
                _ -> {
                    throw new IllegalStateException("a gateway has no handlers");
                },
                null,
                limits.withConcurrency(ANY_NUMBER, 1),
                http2,
                new ServerCore.Protocols(secure, true),
                new HttpDate(clock),
                Duration.ofSeconds(1));
    }

    /// The handler for a client's channel that speaks HTTP/2 from its first byte. It may be added
    /// to a channel that is active already.
    public ChannelInboundHandler serve(Channel channel, StreamAcceptor acceptor) {
        return Http2Servers.open(core, channel, acceptor);
    }

    /// How many of the first bytes are those with which HTTP/2 begins, if there are no others before
    /// [#PREFACE_BYTES]; else 0 (RFC 9113, section 3.4).
    public static int preface(ByteBuf bytes) {
        int common = PrefaceDetector.common(bytes);
        return common == Math.min(PREFACE_BYTES, bytes.readableBytes()) ? common : 0;
    }

    /// Tells every client to go elsewhere; their requests under way end first.
    public void drain() {
        core.drain();
    }

    /// The client's side, for a channel to an upstream that speaks HTTP/2 from its first byte: to
    /// be added to its pipeline as [Http2Upstream#handler()].
    ///
    /// @param secure whether TLS lies in the pipeline
    public static Http2Upstream connect(Http2Limits limits, boolean secure, Http2Upstream.Owner owner) {
        return new Http2Upstream(Http2LoopClient.open(limits, secure, owner));
    }
}
