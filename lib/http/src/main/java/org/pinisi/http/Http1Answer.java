package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;

/// An answer over HTTP/1.1 or 1.0: the connection's next bytes.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Http1Answer implements AnswerSink {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerCore core;
    private final ServerConnection connection;
    private final Output output;
    private final Channel channel;
    private final boolean oldPeer;
    private final boolean expectsContinue;
    private final boolean takesTrailers;
    private volatile boolean keepAlive;
    private boolean continued;
    private boolean headSent;
    private boolean chunked;
    private boolean finished;

    Http1Answer(ServerCore core, ServerConnection connection, Output output, Head head, Channel channel) {
        this.core = core;
        this.connection = connection;
        this.output = output;
        this.channel = channel;
        this.oldPeer = head.minorVersion() == 0;
        this.keepAlive = head.isKeepAlive();
        this.expectsContinue = head.expectsContinue();
        this.takesTrailers = !oldPeer && ConnectionRules.takesTrailers(head);
    }

    /// Whether the connection can take another request after this answer.
    boolean keepsAlive() {
        return keepAlive;
    }

    @Override
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void bodyWanted() {
        if (expectsContinue && !headSent) {
            continued = true;
            channel.writeAndFlush(Unpooled.wrappedBuffer(AnswerHead.CONTINUE));
        }
    }

    @Override
    public void whole(Response response, long length, byte[] body, int count) {
        finish(head(response, length, count).writeBytes(body, 0, count));
    }

    @Override
    public void start(Response response, long length) throws IOException {
        output.write(head(response, length, 0));
    }

    @Override
    public void write(ByteBuf piece) throws IOException {
        output.write(chunked ? chunk(piece) : piece);
    }

    @Override
    public void write(FileChannel file, long length) throws IOException {
        if (!core.isSecure()) {
            // The region closes the file when it is released.
            output.write(new DefaultFileRegion(file, 0, length));
            return;
        }
        try (file) {
            for (long from = 0; from < length; from += FilePieces.LENGTH) {
                int wanted = (int) Math.min(FilePieces.LENGTH, length - from);
                output.write(FilePieces.read(channel.alloc(), file, from, wanted));
            }
        }
    }

    @Override
    public void offer(ByteBuf piece) {
        if (channel.isWritable()) {
            channel.writeAndFlush(chunked ? chunk(piece) : piece);
        } else {
            piece.release();
        }
    }

    @Override
    public void end(Fields trailers) {
        finish(chunked ? last(trailers) : Unpooled.EMPTY_BUFFER);
    }

    private ByteBuf last(Fields trailers) {
        ByteBuf last = channel.alloc().buffer(LAST_CHUNK.length + LINE_END.length);
        last.writeBytes(LAST_CHUNK);
        if (takesTrailers) {
            for (Fields.Field field : trailers.all()) {
                AnswerHead.line(last, field.name(), field.value());
            }
        }
        return last.writeBytes(LINE_END);
    }

    @Override
    public boolean takesTrailers() {
        return takesTrailers;
    }

    @Override
    public BodyQueue upgrade(String protocol, Fields fields) {
        keepAlive = false;
        headSent = true;
        return connection.upgrade(AnswerHead.switching(channel.alloc(), protocol, fields, core.date));
    }

    @Override
    public void cut() {
        channel.close();
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    private ByteBuf head(Response response, long length, int extra) {
        boolean close = core.isDraining()
                || response.fields().first("Connection").orElse("").equalsIgnoreCase("close")
                || (expectsContinue && !continued);
        boolean endless = length < 0 && !response.isBodiless();
        keepAlive &= !close && !(endless && oldPeer);
        chunked = endless && !oldPeer;
        headSent = true;
        AnswerHead.Shape shape = new AnswerHead.Shape(length, chunked, keepAlive, oldPeer);
        return AnswerHead.write(channel.alloc(), response, shape, core.date, extra);
    }

    private ByteBuf chunk(ByteBuf piece) {
        byte[] head = BodyDecoder.chunkHead(piece.readableBytes());
        ByteBuf framed = channel.alloc().buffer(head.length + piece.readableBytes() + LINE_END.length);
        framed.writeBytes(head).writeBytes(piece).writeBytes(LINE_END);
        piece.release();
        return framed;
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
