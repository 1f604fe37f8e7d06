package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives the frames of an upstream to the streams they are for. On the event loop.
final class Http2Answers extends Http2FrameAdapter {
    private final Http2LoopClient client;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;
    private int lastSeen = Integer.MAX_VALUE;

    Http2Answers(Http2LoopClient client, Http2Connection connection) {
        this.client = client;
        this.connection = connection;
        this.key = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Http2LoopStream known = stream.getProperty(key);
                if (known != null) {
                    known.close(endCode(stream));
                }
            }

            @Override
            public void onStreamRemoved(Http2Stream stream) {
                client.streamEnded();
            }

            @Override
            public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
                lastSeen = lastStreamId;
                client.drained();
            }
        });
    }

    /// A request that the upstream says it has not seen may be sent again (RFC 9113, section 6.8).
    private long endCode(Http2Stream stream) {
        if (stream.id() > lastSeen) {
            return Http2Frame.REFUSED_STREAM;
        }
        return client.context().channel().isActive() && !stream.isResetSent() ? Http2Frame.NO_ERROR : Http2Frame.CANCEL;
    }

    void add(Http2Stream stream, Http2LoopStream passed) {
        stream.setProperty(key, passed);
    }

    private @Nullable Http2LoopStream find(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        return stream == null ? null : stream.getProperty(key);
    }

    void wasReset(int streamId, long code) {
        Http2LoopStream known = find(streamId);
        if (known != null) {
            known.wasReset(code);
        }
    }

    /// The channel takes bytes again.
    void writable() {
        List<Http2LoopStream> open = new ArrayList<>();
        try {
            connection.forEachActiveStream(stream -> {
                Http2LoopStream known = stream.getProperty(key);
                if (known != null) {
                    open.add(known);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("the visitor throws nothing", e);
        }
        open.forEach(Http2LoopStream::writable);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        Http2LoopStream stream = find(streamId);
        if (stream == null) {
            return;
        }
        if (headers.status() == null) {
            if (!end) {
                throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "an answer without :status");
            }
            stream.receiveEnd(Http2Requests.trailers(streamId, headers));
            return;
        }
        if (headers.status().length() != 3) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "a malformed :status");
        }
        ByteBuf text = context.alloc().buffer();
        HeaderText.answer(headers, text);
        stream.receiveHead(text, end);
        if (end) {
            stream.receiveEnd(Fields.empty());
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        onHeadersRead(context, streamId, headers, 0, (short) 0, false, padding, end);
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end) {
        Http2LoopStream stream = find(streamId);
        if (stream == null) {
            return data.readableBytes() + padding;
        }
        int done = stream.receive(data);
        if (end) {
            stream.receiveEnd(Fields.empty());
        }
        return done + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        wasReset(streamId, errorCode);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
        client.settings(settings);
    }
}
