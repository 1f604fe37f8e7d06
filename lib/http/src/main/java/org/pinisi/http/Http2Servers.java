package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/// Puts the parts of an HTTP/2 server connection together.
final class Http2Servers {
    private Http2Servers() {}

    /// The handler for a channel that speaks HTTP/2 from its first byte.
    static Http2ServerConnection open(ServerCore core, Channel channel) {
        return open(core, channel, null);
    }

    /// The same, with an acceptor in place of handlers.
    static Http2ServerConnection open(ServerCore core, Channel channel, @Nullable StreamAcceptor acceptor) {
        Http2Limits limits = core.http2;
        DefaultHttp2Connection connection = new DefaultHttp2Connection(true, 0);
        connection.remote().maxActiveStreams(limits.streams());
        Http2Turns turns = new Http2Turns(connection);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));

        DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(true, limits.headerListBytes());
        Http2Guard guard = new Http2Guard(new DefaultHttp2FrameReader(headers, limits.headerFrames()), limits);
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter()) {
            // A window that settings make too large is the connection's fault (RFC 9113, section 6.9.2).
            @Override
            public void remoteSettings(Http2Settings settings) throws Http2Exception {
                try {
                    super.remoteSettings(settings);
                } catch (Http2Exception.StreamException e) {
                    throw Http2Exception.connectionError(e.error(), e, "%s", e.getMessage());
                }
            }
        };
        DefaultHttp2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(connection, encoder, guard);
        Http2Settings settings = new Http2Settings()
                .connectProtocolEnabled(true)
                .maxConcurrentStreams(limits.streams())
                .maxHeaderListSize(limits.headerListBytes())
                .initialWindowSize(limits.streamWindow());
        return new Http2ServerConnection(core, channel, guard, turns, decoder, encoder, settings, acceptor);
    }
}
