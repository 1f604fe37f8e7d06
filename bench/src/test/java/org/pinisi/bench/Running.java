package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// One installation for all tests of a class: up before the first, down after the last. When a test failed,
/// its logs are kept in `target/e2e/CLASS`.
final class Running implements BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {
    private final AtomicInteger folders = new AtomicInteger();
    private Optional<Path> work = Optional.empty();
    private Optional<Pinisi> pinisi = Optional.empty();
    private volatile boolean failed;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path folder = Files.createTempDirectory("e2e");
        work = Optional.of(folder);
        pinisi = Optional.of(Pinisi.up(folder.resolve("data")));
    }

    Pinisi pinisi() {
        return pinisi.orElseThrow();
    }

    /// A fresh folder's path; nothing is there yet.
    Path folder() {
        return work.orElseThrow().resolve("work-" + folders.incrementAndGet());
    }

    /// The app's answer through the edge.
    Answer get(String app) {
        return get(app, "/");
    }

    Answer get(String app, String path) {
        return Answer.get(pinisi().edgePort(), app + ".localhost", path);
    }

    /// A page, as a browser would get it.
    Answer page(String path) {
        return Answer.get(pinisi().webPort(), "127.0.0.1", path);
    }

    /// Pushes to `main`; what the pusher read.
    String push(Repository repository, String app) {
        return push(repository, app, "main");
    }

    String push(Repository repository, String app, String... refs) {
        return repository.push(pinisi().git(app), refs).output();
    }

    /// A Node app whose answer is `v1`, live under that name.
    Repository liveNode(String app) {
        Repository repository = TestApp.node(folder());
        PushesUnderLoad.live(repository.push(pinisi().git(app), "main"));
        return repository;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failed = true;
        throw failure;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Path folder = work.orElseThrow();
        try {
            pinisi.ifPresent(Pinisi::close);
        } finally {
            if (failed) {
                keepLogs(folder, context.getRequiredTestClass().getSimpleName());
            }
            delete(folder);
        }
    }

    private static void keepLogs(Path folder, String name) throws IOException {
        Path target = Files.createDirectories(Path.of("target", "e2e", name));
        try (Stream<Path> logs = Files.list(folder.resolve("data/log"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                Files.copy(log, target.resolve(log.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
