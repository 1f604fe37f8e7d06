package org.pinisi.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A scratch folder inside the store, held by a file lock for as long as its maker lives: a folder whose lock can
/// be had was left by a crash. The kernel lets go of the lock whatever way the process ends.
final class Workbench implements AutoCloseable {
    private static final String LOCK_SUFFIX = ".lock";

    private final Path folder;
    private final Path lockFile;
    private final FileChannel channel;

    private Workbench(Path folder, Path lockFile, FileChannel channel) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /// A fresh, empty folder in `parent`.
    static Workbench claim(Path parent) throws IOException {
        while (true) {
            Path folder = parent.resolve(UUID.randomUUID().toString());
            Path lockFile = parent.resolve(folder.getFileName() + LOCK_SUFFIX);
            Optional<FileChannel> lock = lock(lockFile);
            if (lock.isPresent()) {
                return new Workbench(Files.createDirectory(folder), lockFile, lock.get());
            }
        }
    }

    /// Deletes the folders of dead makers.
    static void sweep(Path parent) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "*" + LOCK_SUFFIX)) {
            for (Path lockFile : locks) {
                String name = lockFile.getFileName().toString();
                Path folder = parent.resolve(name.substring(0, name.length() - LOCK_SUFFIX.length()));
                Optional<FileChannel> lock = lock(lockFile);
                if (lock.isPresent()) {
                    new Workbench(folder, lockFile, lock.get()).close();
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    /// Renames the folder to `target`, which must not exist.
    void publish(Path target) throws IOException {
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Trees.delete(folder);
            Files.deleteIfExists(lockFile);
        }
    }

    private static Optional<FileChannel> lock(Path lockFile) throws IOException {
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            held = tryLock(channel) != null && Files.exists(lockFile);
            return held ? Optional.of(channel) : Optional.empty();
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    /// A sweeper may take a lock between its file's making and its locking, and then deletes the file; so whoever
    /// locks looks again whether the file is still there.
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }
}
