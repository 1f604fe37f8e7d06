package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.pinisi.git.CommitId;
import org.pinisi.git.ExportLimits;
import org.pinisi.git.GitRepository;
import org.pinisi.git.RepositoryName;
import org.pinisi.git.RepositoryStore;

/// The repositories, and scratch folders with the files of one of their commits. What a killed run left behind is removed
/// at the next start: nothing in the scratch folder is worth keeping.
final class Sources {
    static final int MAX_CONFIG_BYTES = 64 * 1024;

    private final RepositoryStore repositories;
    private final Path scratch;
    private final AtomicLong counter = new AtomicLong();

    Sources(RepositoryStore repositories, Path scratch) {
        this.repositories = repositories;
        this.scratch = scratch;
        try {
            delete(scratch);
            Files.createDirectories(scratch);
        } catch (IOException failure) {
            throw new DeployerException(
                    DeployerException.Kind.FAILED, "cannot empty the scratch folder " + scratch + ": " + failure, failure);
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
                .map(bytes -> AppConfig.parse(new String(bytes, java.nio.charset.StandardCharsets.UTF_8), AppConfig.FILE))
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

    /// A folder that goes when it is closed.
    record Scratch(Path folder) implements AutoCloseable {
        @Override
        public void close() {
            try {
                delete(folder);
            } catch (IOException failure) {
                throw new DeployerException(
                        DeployerException.Kind.FAILED, "cannot remove the scratch folder " + folder + ": " + failure, failure);
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
                    Files.setPosixFilePermissions(
                            folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
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
            public FileVisitResult postVisitDirectory(Path folder, java.io.@org.jspecify.annotations.Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
