package org.pinisi.site;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells at once when a branch of a repository on this machine may have moved, by inotify(7) on the folders that Git
/// writes refs to. What it misses (more folders than are watched, a network file system) is found by polling.
final class RefEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RefEvents.class);
    private static final int MOST_FOLDERS = 256;

    private final Path bare;
    private final Runnable changed;
    private final WatchService service;
    private final Set<Path> watched = new HashSet<>();

    private RefEvents(Path bare, Runnable changed, WatchService service) {
        this.bare = bare;
        this.changed = changed;
        this.service = service;
    }

    /// Begins to watch the repository in this folder, if the system lets us; says so in the log when not.
    static AutoCloseable watch(Path bare, Runnable changed) {
        try {
            RefEvents events =
                    new RefEvents(bare, changed, FileSystems.getDefault().newWatchService());
            events.register();
            Thread.ofVirtual().name("site-refs").start(events::run);
            return events;
        } catch (IOException failure) {
            log.warn("event=site-refs-unwatched repository={} reason=\"{}\"", bare, failure.toString());
            return () -> {};
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                if (!key.reset()) {
                    watched.remove((Path) key.watchable());
                }
                register();
                changed.run();
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            log.debug("event=site-refs-closed repository={}", bare);
        } catch (IOException failure) {
            log.warn("event=site-refs-unwatched repository={} reason=\"{}\"", bare, failure.toString());
        }
    }

    /// New folders appear when a branch name has a slash in it.
    private void register() throws IOException {
        for (Path folder : folders()) {
            if (watched.size() < MOST_FOLDERS && !watched.contains(folder)) {
                folder.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                watched.add(folder);
            }
        }
    }

    private List<Path> folders() throws IOException {
        Path heads = bare.resolve("refs").resolve("heads");
        if (!Files.isDirectory(heads)) {
            return Files.isDirectory(bare) ? List.of(bare) : List.of();
        }
        try (Stream<Path> below = Files.walk(heads)) {
            return Stream.concat(Stream.of(bare), below.filter(Files::isDirectory))
                    .limit(MOST_FOLDERS)
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
