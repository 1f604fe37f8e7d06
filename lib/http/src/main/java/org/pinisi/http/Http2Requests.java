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
import io.netty.util.AsciiString;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Makes requests of the frames of one HTTP/2 connection. On the event loop.
final class Http2Requests extends Http2FrameAdapter {
    private static final AsciiString COOKIE = AsciiString.cached("cookie");

    private final ServerCore core;
    private final Http2ServerConnection server;
    private final Http2Connection connection;
    private final Http2FastLane lane;
    private final Http2Connection.PropertyKey key;
    private final @Nullable StreamAcceptor acceptor;
    private final HeadPool heads;

    /// `acceptor` answers in place of handlers, if there is one.
    Http2Requests(
            ServerCore core,
            Http2ServerConnection server,
            Http2Connection connection,
            Http2FastLane lane,
            @Nullable StreamAcceptor acceptor) {
        this.core = core;
        this.acceptor = acceptor;
        this.server = server;
        this.connection = connection;
        this.lane = lane;
        this.key = connection.newKey();
        this.heads = new HeadPool(core.limits, core.http2.streams());
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Http2ServerStream known = stream.getProperty(key);
                if (known != null) {
                    known.closed(server.endCode(stream));
                    heads.retire(known.takeHead());
                }
            }

            @Override
            public void onStreamRemoved(Http2Stream stream) {
                server.streamEnded();
            }
        });
    }

    /// The state of a stream, made when it is first needed.
    Http2ServerStream stream(Http2Stream stream) {
        Http2ServerStream known = stream.getProperty(key);
        if (known == null) {
            known = new Http2ServerStream(stream, core.limits);
            stream.setProperty(key, known);
        }
        return known;
    }

    /// The open streams that have a state.
    List<Http2ServerStream> open() {
        List<Http2ServerStream> found = new ArrayList<>();
        try {
            connection.forEachActiveStream(stream -> {
                Http2ServerStream known = stream.getProperty(key);
                if (known != null) {
                    found.add(known);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("the visitor throws nothing", e);
        }
        return found;
    }

    /// The channel takes bytes again.
    void writable() {
        for (Http2ServerStream stream : open()) {
            Http2LoopStream proxied = stream.proxied();
            if (proxied != null) {
                proxied.writable();
            }
        }
    }

    /// Ends all handlers.
    void abort() {
        open().forEach(stream -> stream.closed(Http2Frame.CANCEL));
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
        Http2Stream stream = connection.stream(streamId);
        Http2ServerStream known = stream.getProperty(key);
        if (known != null) {
            known.receivedAll(trailers(streamId, headers));
            return;
        }
        server.streamStarted();
        try {
            Http2RequestRules.check(streamId, headers, core.limits);
            FastPath fast = core.fastPath;
            if (acceptor != null) {
                accept(acceptor, stream, headers, end);
            } else if (fast == null || !end || !lane.offer(fast, stream, headers)) {
                begin(stream, headers, end);
            }
        } catch (HttpException e) {
            server.refuse(stream, e, Http2ServerConnection.isHead(headers));
        }
    }

    static Fields trailers(int streamId, Http2Headers headers) throws Http2Exception {
        try {
            return trailers(headers);
        } catch (IllegalArgumentException e) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, e, "malformed trailers");
        }
    }

    /// Those fields of a list that may be trailers.
    ///
    /// @throws IllegalArgumentException if one is malformed
    static Fields trailers(Iterable<Map.Entry<CharSequence, CharSequence>> list) {
        List<String> fields = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> entry : list) {
            if (BodyDecoder.isTrailer(entry.getKey().toString())) {
                add(fields, entry.getKey(), entry.getValue());
            }
        }
        return Fields.of(fields.toArray(String[]::new));
    }

    private void accept(StreamAcceptor proxy, Http2Stream stream, Http2Headers headers, boolean end) {
        Head head = heads.parse(headers, end, server.allocator());
        Http2ServerStream state = stream(stream);
        Http2LoopStream proxied = new Http2LoopStream(server, stream, core.limits.bodyBytes(), state);
        state.begin(proxied, head);
        proxied.accepting(headers);
        try {
            proxy.accept(proxied, head, end);
        } finally {
            proxied.accepting(null);
        }
        if (end) {
            state.receivedAll();
        }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        Http2Stream stream = connection.stream(streamId);
        Http2ServerStream known = stream == null ? null : stream.getProperty(key);
        Http2LoopStream proxied = known == null ? null : known.proxied();
        if (proxied != null) {
            proxied.wasReset(errorCode);
        }
    }

    private void begin(Http2Stream stream, Http2Headers headers, boolean end) {
        if (!core.handlers.tryAcquire()) {
            throw new HttpException(503, "too many requests at once; try again later");
        }
        boolean started = false;
        try {
            Http2ServerStream state = stream(stream);
            boolean expects = headers.get(Http2RequestRules.EXPECT) != null && !end;
            Taken taken = new Taken(state);
            CharSequence protocol = headers.get(Http2RequestRules.PROTOCOL);
            BodyQueue tunnel = protocol == null ? null : BodyQueue.upgraded(core.limits, taken);
            Http2Answer answer = new Http2Answer(server, state, core, expects, tunnel);
            Exchange exchange = new Exchange(core, answer, body -> request(headers, body), taken);
            state.begin(exchange, answer, tunnel);
            if (end) {
                state.receivedAll();
            }
            exchange.start();
            started = true;
        } finally {
            if (!started) {
                core.handlers.release();
            }
        }
    }

    /// An extended CONNECT (RFC 8441) is the GET that asks for an upgrade in HTTP/1.1, so that handlers
    /// need not know.
    private Request request(Http2Headers headers, InputStream body) {
        CharSequence protocol = headers.get(Http2RequestRules.PROTOCOL);
        return Request.of(
                protocol == null ? String.valueOf(headers.method()) : "GET",
                String.valueOf(headers.path()),
                fields(headers),
                body,
                server.remote(),
                core.isSecure(),
                Optional.ofNullable(protocol).map(CharSequence::toString));
    }

    private static Fields fields(Http2Headers headers) {
        List<String> fields = new ArrayList<>(headers.size() * 2);
        StringBuilder cookies = new StringBuilder();
        CharSequence authority = headers.authority();
        if (authority != null) {
            add(fields, "Host", authority);
        }
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            CharSequence name = entry.getKey();
            if (COOKIE.contentEquals(name)) {
                // They may come in crumbs (RFC 9113, section 8.2.3).
                cookies.append(cookies.isEmpty() ? "" : "; ").append(entry.getValue());
            } else if (name.charAt(0) != ':' && (authority == null || !Http2RequestRules.HOST.contentEquals(name))) {
                add(fields, name, entry.getValue());
            }
        }
        if (!cookies.isEmpty()) {
            add(fields, COOKIE, cookies);
        }
        return Fields.of(fields.toArray(String[]::new));
    }

    private static void add(List<String> fields, CharSequence name, CharSequence value) {
        fields.add(name.toString());
        fields.add(value.toString());
    }

    /// Gives what a handler has taken of a body back to the windows, many pieces at a time.
    private final class Taken implements BodyQueue.Reader, Runnable {
        private final Http2ServerStream stream;
        private final AtomicInteger bytes = new AtomicInteger();

        Taken(Http2ServerStream stream) {
            this.stream = stream;
        }

        @Override
        public void taken(int count, boolean wasFull) {
            if (bytes.getAndAdd(count) == 0) {
                try {
                    server.loop().execute(this);
                } catch (RejectedExecutionException _) {
                    // The loops are closed, and with them every window.
                    bytes.set(count);
                }
            }
        }

        @Override
        public void run() {
            server.consumed(stream, bytes.getAndSet(0));
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end) {
        Http2Stream stream = connection.stream(streamId);
        Http2ServerStream known = stream.getProperty(key);
        if (known == null) {
            return data.readableBytes() + padding;
        }
        int done = known.receive(data);
        if (end) {
            known.receivedAll();
        } else if (known.drained() > core.limits.drainBytes()) {
            server.stop(known);
        }
        return done + padding;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
        server.settingsChanged(settings);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
        server.pingAnswered(data);
    }
}
