package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;

/// What connections must know of TLS. Apart from them, so that none of it is loaded by a server without TLS.
final class Tls {
    private Tls() {}

    /// Ends our side of TLS in order, once what was written and flushed is out.
    static ChannelFuture closeOutput(Channel channel) {
        return channel.pipeline().get(SslHandler.class).closeOutbound();
    }

    /// Whether the event says that the peer has ended its side of TLS.
    static boolean isClosedByPeer(Object event) {
        return event instanceof SslCloseCompletionEvent;
    }

    /// Whether the failure is one of what the peer has sent.
    static boolean isPeersFault(Throwable cause) {
        return cause instanceof DecoderException && cause.getCause() instanceof SSLException;
    }
}
