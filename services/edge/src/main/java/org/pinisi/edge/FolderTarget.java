package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.StaticFolder;

/// A folder whose files answer a route, from the event loop.
final class FolderTarget {
    private static final long CACHE_BYTES = 8L << 20;

    private final StaticFolder folder;

    /// @throws EdgeException when it is no folder that can be read
    FolderTarget(Target.Folder target, InstantSource time) {
        try {
            folder = StaticFolder.of(target.path(), Fields.empty(), CACHE_BYTES, time);
        } catch (HttpException unusable) {
            throw new EdgeException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /// Answers the request whose head `client` has; ends in [ClientConnection#folderAnswered].
    void serve(ClientConnection client) {
        ChannelHandlerContext context = client.context();
        if (context.pipeline().get(Watch.class) == null) {
            context.pipeline().addFirst(new Watch(client));
        }
        Future<?> done = folder.answer(context, client.head(), Unpooled.EMPTY_BUFFER);
        if (done.isDone()) {
            client.folderAnswered(done.isSuccess());
            return;
        }
        done.addListener(result -> {
            client.folderAnswered(result.isSuccess());
            client.flushAll();
        });
    }

    /// Sees what the folder writes, for the counters and the access log.
    @SuppressWarnings("FutureReturnValueIgnored") // the promise is the writer's
    private static final class Watch extends ChannelOutboundHandlerAdapter {
        private static final int STATUS_AT = "HTTP/1.1 ".length();

        private final ClientConnection client;

        private Watch(ClientConnection client) {
            this.client = client;
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (client.isServedByFolder()) {
                see(message);
            }
            ctx.write(message, promise);
        }

        private void see(Object message) {
            switch (message) {
                case ByteBuf bytes -> {
                    int status = 0;
                    if (bytes.readableBytes() > STATUS_AT + 3) {
                        String text = bytes.toString(bytes.readerIndex(), STATUS_AT + 3, StandardCharsets.US_ASCII);
                        status = text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(STATUS_AT)) : 0;
                    }
                    client.folderWrites(status, bytes.readableBytes());
                }
                case FileRegion region -> client.folderWrites(0, region.count());
                default -> throw new IllegalStateException("a folder writes bytes, not " + message.getClass());
            }
        }
    }
}
