package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePumpTest {
    private static final int LENGTH = 1_500_000;

    @TempDir
    Path folder;

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<String> heard = new ArrayList<>();

    private final FilePump.Owner owner = new FilePump.Owner() {
        @Override
        public void pumped(long at, @Nullable IOException failure) {
            heard.add(failure == null ? "whole at " + at : "cut at " + at);
        }

        @Override
        public void slow(FileChannel file, long at) {
            heard.add("slow at " + at);
            FilePieces.close(file);
        }
    };

    private long now;

    private byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private FileChannel file(byte[] bytes) throws IOException {
        return FileChannel.open(Files.write(folder.resolve("file"), bytes), StandardOpenOption.READ);
    }

    private ChannelHandlerContext context() {
        return channel.pipeline().firstContext();
    }

    private void writable(boolean now) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, now);
    }

    private void collect() {
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            piece.release();
            sent.writeBytes(bytes);
        }
    }

    @Test
    void sendsTheWholeFileInOrderAndClosesIt() throws IOException {
        byte[] bytes = bytes();
        FileChannel file = file(bytes);
        new FilePump(context(), file, 0, LENGTH, owner, () -> now).go(300);
        channel.runPendingTasks();
        collect();
        assertThat(sent.toByteArray()).isEqualTo(bytes);
        assertThat(heard).containsExactly("whole at " + LENGTH);
        assertThat(file.isOpen()).isFalse();
    }

    @Test
    void sendsAPartOfTheFile() throws IOException {
        byte[] bytes = bytes();
        new FilePump(context(), file(bytes), 1000, 70_000, owner, () -> now).go(0);
        channel.runPendingTasks();
        collect();
        assertThat(sent.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 1000, 71_000));
    }

    @Test
    void waitsForAClientThatDoesNotKeepUp() throws IOException {
        byte[] bytes = bytes();
        FilePump pump = new FilePump(context(), file(bytes), 0, LENGTH, owner, () -> now);
        writable(false);
        pump.go(0);
        channel.runPendingTasks();
        collect();
        assertThat(sent.size()).isZero();
        assertThat(heard).isEmpty();

        writable(true);
        pump.go(0);
        channel.runPendingTasks();
        collect();
        assertThat(sent.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void saysWhereAFileEndsTooEarly() throws IOException {
        new FilePump(context(), file(bytes()), 0, LENGTH + 1, owner, () -> now).go(0);
        channel.runPendingTasks();
        collect();
        assertThat(heard).singleElement().asString().startsWith("cut at ");
    }

    @Test
    void leavesTheRestToOthersWhenAReadMeetsTheDisk() throws IOException {
        FilePump pump = new FilePump(context(), file(bytes()), 0, LENGTH, owner, () -> now += 1_000_000_000);
        pump.go(0);
        channel.runPendingTasks();
        collect();
        assertThat(heard).containsExactly("slow at " + sent.size());
    }

    @Test
    void saysNothingOnceItIsStopped() throws IOException {
        FileChannel file = file(bytes());
        FilePump pump = new FilePump(context(), file, 0, LENGTH, owner, () -> now);
        pump.stop();
        pump.go(0);
        assertThat(heard).isEmpty();
        assertThat(file.isOpen()).isFalse();
    }
}
