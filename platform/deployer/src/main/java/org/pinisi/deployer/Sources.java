package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.git.ExportLimits;
import org.pinisi.git.GitRepository;
import org.pinisi.git.RepositoryName;
import org.pinisi.git.RepositoryStore;

/// The repositories, and scratch folders with the files of one of their commits. What a killed run left
/// behind is removed at the next start: nothing in the scratch folder is worth keeping.
final class Sources {
    static final int MAX_CONFIG_BYTES = 64 * 1024;
    private static final int MAX_LEFT = 4;

    private final RepositoryStore repositories;
    private final Path scratch;
    private final AtomicLong counter = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    /// By app and tree, the oldest first; guarded by the lock.
    private final LinkedHashMap<String, Scratch> left = new LinkedHashMap<>();

    Sources(RepositoryStore repositories, Path scratch) {
        this.repositories = repositories;
        this.scratch = scratch;
        try {
            delete(scratch);
            Files.createDirectories(scratch);
        } catch (IOException failure) {
            throw new DeployerException(
                    DeployerException.Kind.FAILED,
                    "cannot empty the scratch folder " + scratch + ": " + failure,
                    failure);
        }
    }

    /// @throws DeployerException when there is no such repository
    GitRepository repository(String app) {
        return repositories
                .find(new RepositoryName(app))
                .orElseThrow(() -> DeployerException.notFound("there is no repository " + app + ".git"));
    }

    /// The commit's own configuration; the defaults when it has no `pinisi.yaml`.
    ///
    /// @throws ConfigException when the file cannot be understood
    static AppConfig config(GitRepository repository, CommitId commit) {
        return repository
                .file(commit, AppConfig.FILE, MAX_CONFIG_BYTES)
                .map(bytes -> AppConfig.parse(new String(bytes, UTF_8), AppConfig.FILE))
                .orElseGet(AppConfig::defaults);
    }

    /// A new scratch folder with the commit's files, the caller's to change; deleted when closed.
    Scratch export(String app, CommitId commit) {
        Path folder = scratch.resolve(app + "-" + commit.abbreviated() + "-" + counter.incrementAndGet());
        Scratch result = new Scratch(folder);
        try {
            repository(app).export(commit, folder, ExportLimits.DEFAULT);
            return result;
        } catch (RuntimeException failure) {
            result.close();
            throw failure;
        }
    }

    /// Leaves an untouched export for the build of the same tree, which is likely to come next. Only a few
    /// are kept.
    void leave(String app, String tree, Scratch export) {
        Scratch tooMany = null;
        lock.lock();
        try {
            Scratch before = left.put(app + " " + tree, export);
            if (before != null) {
                tooMany = before;
            } else if (left.size() > MAX_LEFT) {
                tooMany = left.remove(left.firstEntry().getKey());
            }
        } finally {
            lock.unlock();
        }
        if (tooMany != null) {
            tooMany.close();
        }
    }

    /// What was left for the build of this tree, or else a new export; the caller's from now on.
    Scratch take(String app, String tree, CommitId commit) {
        lock.lock();
        try {
            Scratch there = left.remove(app + " " + tree);
            if (there != null) {
                return there;
            }
        } finally {
            lock.unlock();
        }
        return export(app, commit);
    }

    /// A folder that goes when it is closed.
    record Scratch(Path folder) implements AutoCloseable {
        @Override
        public void close() {
            try {
                delete(folder);
            } catch (IOException failure) {
                throw new DeployerException(
                        DeployerException.Kind.FAILED,
                        "cannot remove the scratch folder " + folder + ": " + failure,
                        failure);
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                // A build may have taken away our right to look inside.
                if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
                    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
