package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends an HTTP/1.1 connection so that its last answer arrives. On the event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Farewell {
    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);
    private static final int LINGER_SECONDS = 2;
    private static final int MOST_LINGERS = 15;

    private final ServerCore core;
    private final Channel channel;
    private boolean heard;

    Farewell(ServerCore core, Channel channel) {
        this.core = core;
        this.channel = channel;
    }

    /// Writes the answer to what cannot go to a handler; `toHead` leaves its body out.
    void refuse(HttpException reason, boolean toHead) {
        LOG.debug(
                "event=request-refused peer={} status={} reason=\"{}\"",
                channel.remoteAddress(),
                reason.status(),
                reason.getMessage());
        Response response = Response.text(reason.status(), reason.getMessage() + "\n");
        byte[] body = ((Response.Body.Bytes) response.body()).bytes();
        AnswerHead.Shape shape = new AnswerHead.Shape(body.length, false, false, false);
        ByteBuf out = AnswerHead.write(channel.alloc(), response, shape, core.date, body.length);
        channel.write(toHead ? out : out.writeBytes(body));
    }

    /// Closes once what was written is out. Lingers if the client may still be sending, since closing then
    /// would reset the connection and could take the answer from it.
    void close(boolean linger) {
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (!linger || !(channel instanceof DuplexChannel duplex)) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ChannelFuture ended = core.isSecure() ? Tls.closeOutput(channel) : written;
        ended.addListener(_ -> duplex.shutdownOutput());
        linger(MOST_LINGERS);
    }

    /// The client has sent something after all was said to it.
    void heard() {
        heard = true;
    }

    /// Closes once the client was silent for a while, or has sent for too long. It is not closed on while it
    /// sends: a slow client that finds itself cut off does not read on.
    private void linger(int left) {
        heard = false;
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (heard && left > 1 && channel.isActive()) {
                                linger(left - 1);
                            } else {
                                channel.close();
                            }
                        },
                        LINGER_SECONDS,
                        TimeUnit.SECONDS);
    }
}
