package org.pinisi.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a finished tree to the disk.
///
/// An `fsync` a file costs about 0.2 ms each, one `sync -f` (syncfs(2)) 10–20 ms for a thousand files; the latter
/// also waits for what others wrote, so it is used only where there are many files, and only for so long.
final class Durability {
    private static final Logger LOG = LoggerFactory.getLogger(Durability.class);
    private static final int FEW_FILES = 8;
    private static final long SYNC_SECONDS = 30;

    private Durability() {}

    static void flush(Path tree, long files) throws IOException, InterruptedException {
        if (files > FEW_FILES && syncFileSystem(tree)) {
            return;
        }
        flushEach(tree);
    }

    static void flushOne(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static boolean syncFileSystem(Path tree) throws InterruptedException {
        Process sync;
        try {
            sync = new ProcessBuilder("sync", "-f", tree.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            LOG.debug("event=sync-missing problem={}", missing.toString());
            return false;
        }
        try {
            return sync.waitFor(SYNC_SECONDS, TimeUnit.SECONDS) && sync.exitValue() == 0;
        } finally {
            sync.destroyForcibly();
        }
    }

    private static void flushEach(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    // Opened for reading: the files are read-only by now, and fsync(2) does not mind.
                    flushOne(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                flushOne(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
