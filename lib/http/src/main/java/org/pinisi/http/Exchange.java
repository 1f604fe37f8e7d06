package org.pinisi.http;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// One request and its answer, whatever the version of HTTP. Made on the event loop, runs on a virtual thread
/// of its own, and gives the answer to a sink.
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final byte[] NOTHING = {};
    private static final int PIECE = 64 << 10;

    private final ServerCore core;
    private final AnswerSink sink;
    private final Request request;
    private final BodyQueue body;
    private final Thread thread;
    private volatile boolean gone;

    /// `request` makes the request around its body; `reader` hears what was taken of the body.
    Exchange(ServerCore core, AnswerSink sink, Function<InputStream, Request> request, BodyQueue.Reader reader) {
        this.core = core;
        this.sink = sink;
        this.body = new BodyQueue(core.limits, sink::bodyWanted, reader);
        this.request = request.apply(body);
        this.thread = core.threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    BodyQueue body() {
        return body;
    }

    /// For the loop only.
    boolean isFinished() {
        return sink.isFinished();
    }

    /// For the loop: the client is gone.
    void abort() {
        gone = true;
        body.fail(new HttpException(400, "the client is gone"));
        if (!sink.isFinished()) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            Response response = answer();
            if (!gone) {
                send(response);
            }
        } catch (Exception | Error e) {
            failed(e);
        } finally {
            body.close();
            core.handlers.release();
        }
    }

    private Response answer() {
        try {
            return core.handler.handle(request);
        } catch (HttpException e) {
            return Response.text(e.status(), e.getMessage() + "\n");
        } catch (Exception | Error e) {
            if (!gone) {
                LOG.error("event=handler-failed method={} path={}", request.method(), request.rawPath(), e);
            }
            return Response.text(500, "Something went wrong here. The server's log says more.\n");
        }
    }

    private void failed(Throwable cause) {
        if (!gone) {
            Level level = cause instanceof ClientLostException ? Level.DEBUG : Level.WARN;
            LOG.atLevel(level)
                    .log(
                            "event=answer-cut method={} path={} reason=\"{}\"",
                            request.method(),
                            request.rawPath(),
                            cause.toString());
        }
        sink.cut();
    }

    private void send(Response response) throws Exception {
        switch (response.body()) {
            case Response.Body.Bytes(byte[] bytes) -> sendBytes(response, bytes);
            case Response.Body.Stream(long length, BodyWriter writer) -> sendStream(response, length, writer);
            case Response.Body.File(Path path) -> sendFile(response, path);
            case Response.Body.FilePart(Path path, long offset, long length) ->
                sendStream(response, length, out -> copy(path, offset, length, out));
            case Response.Body.Events(EventSource source) -> sendEvents(response, source);
            case Response.Body.Upgrade(String protocol, DuplexHandler handler) -> upgrade(response, protocol, handler);
        }
    }

    private boolean isHead() {
        return request.method().equals("HEAD");
    }

    private void sendBytes(Response response, byte[] bytes) throws IOException {
        boolean bodiless = response.isBodiless();
        if (response.hasTrailers() && !bodiless && !isHead() && sink.takesTrailers()) {
            sink.start(response, -1);
            sink.write(Unpooled.wrappedBuffer(bytes));
            sink.end(response.trailers());
            return;
        }
        sink.whole(response, bodiless ? -1 : bytes.length, bytes, bodiless || isHead() ? 0 : bytes.length);
    }

    private void sendStream(Response response, long length, BodyWriter writer) throws Exception {
        if (response.isBodiless() || isHead()) {
            sink.whole(response, length, NOTHING, 0);
            return;
        }
        sink.start(response, length);
        AnswerStream stream = new AnswerStream(sink, length);
        try {
            writer.write(stream);
            stream.finish();
        } finally {
            stream.abandon();
        }
        sink.end(response.trailers());
    }

    private void sendFile(Response response, Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            byte[] text = "Not found.\n".getBytes(StandardCharsets.UTF_8);
            sendBytes(Response.bytes(404, "text/plain; charset=utf-8", text), text);
            return;
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        boolean taken = false;
        try {
            long size = file.size();
            if (isHead() || size == 0) {
                sink.whole(response, size, NOTHING, 0);
                return;
            }
            sink.start(response, size);
            taken = true;
            sink.write(file, size);
        } finally {
            if (!taken) {
                file.close();
            }
        }
        sink.end(response.trailers());
    }

    private static void copy(Path path, long offset, long length, OutputStream out) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(length, PIECE));
            for (long at = offset; at < offset + length; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), offset + length - at));
                if (file.read(piece, at) < piece.limit()) {
                    throw new IOException(path + " is shorter than it was");
                }
                out.write(piece.array(), 0, piece.limit());
            }
        }
    }

    private void sendEvents(Response response, EventSource source) throws Exception {
        if (isHead()) {
            sink.whole(response, -1, NOTHING, 0);
            return;
        }
        sink.start(response, -1);
        try (EventStream stream = new EventStream(sink, request.fields().first("Last-Event-ID"), core.heartbeat)) {
            source.run(stream);
        }
        sink.end(response.trailers());
    }

    private void upgrade(Response response, String protocol, DuplexHandler handler) throws Exception {
        boolean asked = request.upgrade().filter(protocol::equalsIgnoreCase).isPresent();
        if (!asked) {
            Response required = Response.text(426, "This needs the protocol " + protocol + ".\n")
                    .with("Upgrade", protocol);
            sendBytes(required, ((Response.Body.Bytes) required.body()).bytes());
            return;
        }
        AnswerStream out = new AnswerStream(sink, -1);
        try (BodyQueue in = sink.upgrade(protocol, response.fields())) {
            handler.run(in, out);
            out.finish();
        } finally {
            out.abandon();
        }
        sink.end(Fields.empty());
    }
}
