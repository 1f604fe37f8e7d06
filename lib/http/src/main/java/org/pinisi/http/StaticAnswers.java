package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.util.concurrent.Future;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the answers of a static folder, on the event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel
final class StaticAnswers {
    private static final byte[] OK = AnswerHead.statusLine(200).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP = "Connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_ROOM = 512;
    /// Up to here one copy is cheaper than another element in the gathering write.
    private static final int MOST_COPIED = 8 << 10;

    private final HttpDate date;
    private final Fields extra;

    StaticAnswers(HttpDate date, Fields extra) {
        this.date = date;
        this.extra = extra;
    }

    /// Whether answering needs the file itself.
    static boolean needsFile(StaticAsk ask, StaticEntry entry, int status) {
        return entry.bytes == null && !ask.toHead() && (status != 200 || !ask.isFresh(entry));
    }

    /// Answers with this file; takes over `file`, which is there if `needsFile` said so. `status` is 200 or
    /// that of an error page.
    Future<?> write(
            ChannelHandlerContext context, StaticAsk ask, StaticEntry entry, int status, @Nullable FileChannel file) {
        if (status != 200) {
            return send(context, ask, whole(context, ask, entry, status), entry, 0, entry.size, file);
        }
        if (ask.isFresh(entry)) {
            return plain(context, ask, 304, StaticEntry.validators(entry.entityTag, entry.modified, extra), "");
        }
        ByteRange range = ask.wantedRange(entry);
        if (range == null) {
            return send(context, ask, whole(context, ask, entry, status), entry, 0, entry.size, file);
        }
        if (range.length() == 0) {
            drop(file);
            return plain(context, ask, 416, "Content-Range: bytes */" + entry.size + "\r\n", "");
        }
        return send(context, ask, part(context, ask, entry, range), entry, range.start(), range.length(), file);
    }

    private ByteBuf whole(ChannelHandlerContext context, StaticAsk ask, StaticEntry entry, int status) {
        int copied = entry.size <= MOST_COPIED ? (int) entry.size : 0;
        ByteBuf out = context.alloc().directBuffer(HEAD_ROOM + entry.wholeFields.length + copied);
        if (status == 200) {
            out.writeBytes(OK);
        } else {
            AnswerHead.ascii(out, AnswerHead.statusLine(status));
        }
        out.writeBytes(date.line()).writeBytes(entry.wholeFields);
        return endHead(out, ask);
    }

    private ByteBuf part(ChannelHandlerContext context, StaticAsk ask, StaticEntry entry, ByteRange range) {
        ByteBuf out = context.alloc().directBuffer(HEAD_ROOM + entry.fields.length);
        AnswerHead.ascii(out, AnswerHead.statusLine(206));
        out.writeBytes(date.line()).writeBytes(entry.fields);
        long last = range.start() + range.length() - 1;
        AnswerHead.line(out, "Content-Range", "bytes " + range.start() + "-" + last + "/" + entry.size);
        AnswerHead.line(out, "Content-Length", Long.toString(range.length()));
        return endHead(out, ask);
    }

    private static ByteBuf endHead(ByteBuf out, StaticAsk ask) {
        if (!ask.keepAlive()) {
            out.writeBytes(CLOSE);
        } else if (ask.oldPeer()) {
            out.writeBytes(KEEP);
        }
        return out.writeByte('\r').writeByte('\n');
    }

    private static Future<?> send(
            ChannelHandlerContext context,
            StaticAsk ask,
            ByteBuf head,
            StaticEntry entry,
            long start,
            long length,
            @Nullable FileChannel file) {
        if (ask.toHead() || length == 0) {
            context.write(head, context.voidPromise());
            drop(file);
            return context.newSucceededFuture();
        }
        ByteBuf bytes = entry.bytes;
        if (bytes == null) {
            if (file == null) {
                throw new IllegalStateException("no open file for " + entry.file);
            }
            context.write(head, context.voidPromise());
            ChannelFuture sent = context.writeAndFlush(new DefaultFileRegion(file, start, length));
            return sent;
        }
        if (length <= MOST_COPIED) {
            context.write(head.writeBytes(bytes, (int) start, (int) length), context.voidPromise());
        } else {
            context.write(head, context.voidPromise());
            context.write(bytes.slice((int) start, (int) length), context.voidPromise());
        }
        return context.newSucceededFuture();
    }

    /// An answer without file: fields as lines, and text.
    Future<?> plain(ChannelHandlerContext context, StaticAsk ask, int status, String fields, String text) {
        ByteBuf out = context.alloc().directBuffer(HEAD_ROOM + fields.length() + text.length());
        AnswerHead.ascii(out, AnswerHead.statusLine(status));
        out.writeBytes(date.line());
        AnswerHead.ascii(out, fields);
        if (status != 304) {
            AnswerHead.line(out, "Content-Type", "text/plain; charset=utf-8");
            AnswerHead.line(out, "Content-Length", Integer.toString(text.length()));
        }
        endHead(out, ask);
        AnswerHead.ascii(out, ask.toHead() ? "" : text);
        context.write(out, context.voidPromise());
        return context.newSucceededFuture();
    }

    /// Closes a file that turned out not to be needed.
    static void drop(@Nullable FileChannel file) {
        if (file != null) {
            new DefaultFileRegion(file, 0, 0).release();
        }
    }
}
