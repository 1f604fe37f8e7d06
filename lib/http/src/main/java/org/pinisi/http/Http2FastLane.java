package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Offers the requests of one HTTP/2 connection to a [FastPath] and sends its answers. On the event loop.
///
/// A small answer in memory leaves at once in one buffer; a larger one as slices, as the client's windows
/// allow. A file is read in pieces on a virtual thread.
final class Http2FastLane {
    private static final Logger LOG = LoggerFactory.getLogger(Http2FastLane.class);
    static final PreparedAnswer UNREADABLE = PreparedAnswer.status(500)
            .field("Content-Type", "text/plain; charset=utf-8")
            .text("Something went wrong here. The server's log says more.\n")
            .build();

    private final ServerCore core;
    private final Http2ServerConnection server;
    private final Http2FastRequest request;
    private Reply reply = new Reply();
    private boolean offering;

    Http2FastLane(ServerCore core, Http2ServerConnection server, boolean secure) {
        this.core = core;
        this.server = server;
        this.request = new Http2FastRequest(server.remote(), secure);
    }

    /// Offers a request without a body; whether it was taken.
    boolean offer(FastPath path, Http2Stream stream, Http2Headers headers) {
        Reply mine = reply;
        mine.used.set(false);
        mine.answer = null;
        boolean toHead = Http2ServerConnection.isHead(headers);
        boolean taken = false;
        offering = true;
        request.show(headers);
        try {
            taken = path.answer(request, mine);
        } finally {
            request.hide();
            offering = false;
            if (!taken) {
                mine.used.set(true);
            }
        }
        if (!taken) {
            return false;
        }
        PreparedAnswer answer = mine.answer;
        if (answer != null) {
            send(stream, answer, toHead);
            return true;
        }
        // Whoever holds the reply may keep it for ever, so that it is not used again.
        Http2ServerStream state = server.stream(stream);
        state.await(true);
        mine.await(state, toHead);
        reply = new Reply();
        return true;
    }

    private final class Reply implements FastReply {
        final AtomicBoolean used = new AtomicBoolean();

        /// What the loop has been given before the request was known to be taken.
        @Nullable
        PreparedAnswer answer;

        private @Nullable PreparedAnswer late;
        private @Nullable Http2ServerStream stream;
        private boolean toHead;

        @Override
        public void send(PreparedAnswer given) {
            requireNonNull(given, "answer");
            if (!used.compareAndSet(false, true)) {
                throw new IllegalStateException("the request is answered already");
            }
            if (server.loop().inEventLoop() && offering && this == reply) {
                answer = given;
                return;
            }
            try {
                server.loop().execute(() -> {
                    late = given;
                    sendLate();
                });
            } catch (RejectedExecutionException e) {
                LOG.debug("event=answer-dropped reason=\"{}\"", e.toString());
            }
        }

        void await(Http2ServerStream awaited, boolean headOnly) {
            stream = awaited;
            toHead = headOnly;
            sendLate();
        }

        private void sendLate() {
            Http2ServerStream known = stream;
            PreparedAnswer given = late;
            if (known != null && given != null) {
                known.await(false);
                if (Http2Output.isOpen(known.stream())) {
                    Http2FastLane.this.send(known.stream(), given, toHead);
                    server.flushSoon();
                }
            }
        }
    }

    private void send(Http2Stream stream, PreparedAnswer answer, boolean toHead) {
        Http2Output output = server.output();
        server.answering(stream, answer.status(), toHead ? 0 : answer.length());
        if (toHead || answer.length() == 0) {
            output.prepared(stream, answer, core.date, true);
            return;
        }
        switch (answer.body()) {
            case PreparedAnswer.Body.None _ -> output.prepared(stream, answer, core.date, true);
            case PreparedAnswer.Body.Memory(ByteBuf bytes) -> {
                if (!output.small(stream, answer, bytes, core.date)) {
                    output.prepared(stream, answer, core.date, false);
                    output.body(server.stream(stream), bytes.duplicate(), Http2Piece.End.STREAM);
                }
            }
            case PreparedAnswer.Body.File file -> {
                Http2ServerStream state = server.stream(stream);
                Http2Answer sink = new Http2Answer(server, state, core, false, null);
                state.begin(sink);
                core.lanes
                        .threads
                        .newThread(() -> open(answer, file, state, sink))
                        .start();
            }
        }
    }

    // ---- files; on a virtual thread save where it says otherwise

    private void open(PreparedAnswer answer, PreparedAnswer.Body.File file, Http2ServerStream state, Http2Answer sink) {
        FileChannel channel;
        boolean cached;
        try {
            channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            LOG.error("event=file-unreadable file={} reason=\"{}\"", file.path(), e.toString());
            sink.prepared(UNREADABLE);
            return;
        }
        try {
            cached = FilePieces.isCached(channel, file.offset());
        } catch (IOException _) {
            // The pieces will say it again.
            cached = false;
        }
        if (!cached) {
            sink.prepared(answer);
            sendPieces(file, channel, file.offset(), sink);
            return;
        }
        try {
            server.loop().execute(() -> begin(answer, file, channel, state, sink));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=answer-dropped reason=\"{}\"", e.toString());
            FilePieces.close(channel);
        }
    }

    /// On the loop.
    private void begin(
            PreparedAnswer answer,
            PreparedAnswer.Body.File file,
            FileChannel channel,
            Http2ServerStream state,
            Http2Answer sink) {
        if (!Http2Output.isOpen(state.stream())) {
            FilePieces.close(channel);
            return;
        }
        server.output().prepared(state.stream(), answer, core.date, false);
        long end = file.offset() + file.length();
        server.output().file(state, channel, file.offset(), end, new Http2FilePiece.Owner() {
            @Override
            public void failed(IOException failure) {
                cut(file, failure);
                sink.cut();
            }

            @Override
            public void slow(FileChannel rest, long at) {
                core.lanes
                        .threads
                        .newThread(() -> sendPieces(file, rest, at, sink))
                        .start();
            }
        });
        server.flushSoon();
    }

    private static void sendPieces(PreparedAnswer.Body.File file, FileChannel channel, long at, Http2Answer sink) {
        try {
            sink.write(channel, at, file.offset() + file.length() - at);
            sink.end(Fields.empty());
        } catch (IOException e) {
            cut(file, e);
            sink.cut();
        }
    }

    private static void cut(PreparedAnswer.Body.File file, IOException reason) {
        LOG.debug("event=answer-cut file={} reason=\"{}\"", file.path(), reason.toString());
    }
}
