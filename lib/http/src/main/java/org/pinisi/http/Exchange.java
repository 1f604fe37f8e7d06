package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its answer. Made on the event loop, runs on a virtual thread of its own, and reports to
/// the loop when the answer's last byte is written.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ServerCore core;
    private final ServerConnection connection;
    private final Output output;
    private final Channel channel;
    private final Request request;
    private final BodyQueue body;
    private final Thread thread;
    private final boolean oldPeer;
    private final boolean expectsContinue;
    private volatile boolean gone;
    private volatile boolean keepAlive;
    private boolean continued;
    private boolean headSent;
    private boolean finished;

    Exchange(ServerCore core, ServerConnection connection, Output output, Head head, Channel channel) {
        this.core = core;
        this.connection = connection;
        this.output = output;
        this.channel = channel;
        this.oldPeer = head.minorVersion() == 0;
        this.keepAlive = head.isKeepAlive();
        this.expectsContinue = head.expectsContinue();
        this.body = new BodyQueue(
                core.limits, this::beforeFirstRead, () -> channel.eventLoop().execute(connection::bodyWanted));
        this.request = Request.of(head, body, connection.remote());
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
        return finished;
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    /// For the loop: the client is gone.
    void abort() {
        gone = true;
        body.fail(new HttpException(400, "the client is gone"));
        if (!finished) {
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
            LOG.warn(
                    "event=answer-cut method={} path={} reason=\"{}\"",
                    request.method(),
                    request.rawPath(),
                    cause.toString());
        }
        channel.close();
    }

    private void beforeFirstRead() {
        if (expectsContinue && !headSent) {
            continued = true;
            channel.writeAndFlush(Unpooled.wrappedBuffer(AnswerHead.CONTINUE));
        }
    }

    private void send(Response response) throws Exception {
        boolean close = core.isDraining()
                || response.fields().first("Connection").orElse("").equalsIgnoreCase("close")
                || (expectsContinue && !continued);
        keepAlive &= !close;
        boolean bodiless = response.status() == 204 || response.status() == 304;
        switch (response.body()) {
            case Response.Body.Bytes(byte[] bytes) -> {
                long length = bodiless ? -1 : bytes.length;
                finish(head(response, length, false, bytes.length).writeBytes(bytes, 0, hasBody(bodiless, bytes)));
            }
            case Response.Body.Stream(long length, BodyWriter writer) -> sendStream(response, length, writer, bodiless);
            case Response.Body.File(Path path) -> sendFile(response, path);
            case Response.Body.Events(EventSource source) -> sendEvents(response, source);
        }
    }

    private int hasBody(boolean bodiless, byte[] bytes) {
        return bodiless || isHead() ? 0 : bytes.length;
    }

    private boolean isHead() {
        return request.method().equals("HEAD");
    }

    private ByteBuf head(Response response, long length, boolean streamed, int extra) {
        boolean chunked = streamed && length < 0 && !oldPeer;
        if (streamed && length < 0 && oldPeer) {
            keepAlive = false;
        }
        headSent = true;
        AnswerHead.Shape shape = new AnswerHead.Shape(length, chunked, keepAlive, oldPeer);
        return AnswerHead.write(channel.alloc(), response, shape, core.date, extra);
    }

    private void sendStream(Response response, long length, BodyWriter writer, boolean bodiless) throws Exception {
        ByteBuf start = head(response, length, !bodiless, 0);
        if (bodiless || isHead()) {
            finish(start);
            return;
        }
        output.write(start);
        AnswerStream stream = new AnswerStream(channel.alloc(), output, length < 0 && !oldPeer, length);
        try {
            writer.write(stream);
            finish(stream.end());
        } finally {
            stream.abandon();
        }
    }

    private void sendFile(Response response, Path path) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            send404();
            return;
        }
        // The region closes the file when it is released.
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        long size = file.size();
        DefaultFileRegion region = new DefaultFileRegion(file, 0, size);
        if (isHead() || size == 0) {
            region.release();
            finish(head(response, size, false, 0));
            return;
        }
        try {
            output.write(head(response, size, false, 0));
        } catch (IOException e) {
            region.release();
            throw e;
        }
        output.write(region);
        finish(channel.alloc().buffer(0));
    }

    private void send404() {
        byte[] text = "Not found.\n".getBytes(StandardCharsets.UTF_8);
        Response missing = Response.bytes(404, "text/plain; charset=utf-8", text);
        finish(head(missing, text.length, false, text.length).writeBytes(text, 0, isHead() ? 0 : text.length));
    }

    private void sendEvents(Response response, EventSource source) throws Exception {
        ByteBuf start = head(response, -1, true, 0);
        if (isHead()) {
            finish(start);
            return;
        }
        output.write(start);
        EventStream stream =
                new EventStream(channel, output, !oldPeer, request.fields().first("Last-Event-ID"), core.heartbeat);
        try (stream) {
            source.run(stream);
        }
        finish(new AnswerStream(channel.alloc(), output, !oldPeer, -1).end());
    }

    /// Hands the answer's last bytes to the loop, which goes on with the next request.
    private void finish(ByteBuf last) {
        try {
            channel.eventLoop().execute(() -> {
                channel.write(last);
                finished = true;
                connection.finished(this);
                channel.flush();
            });
        } catch (RejectedExecutionException e) {
            last.release();
            throw e;
        }
    }
}
