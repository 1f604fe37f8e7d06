package org.pinisi.edge;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells when something in a few folders has changed, by inotify(7), once it has been quiet for a moment:
/// editors write a file in several steps, and people copy several files. What it misses (a network file
/// system, a folder that is swapped by a link) is found by polling.
final class FolderEvents implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderEvents.class);
    private static final long QUIET_MILLIS = 150;
    private static final long LONGEST_MILLIS = 2000;
    /// A folder that was not there, or is another one now, is looked for this often.
    private static final long RENEW_MILLIS = 1000;

    private final List<Path> folders;
    private final Runnable changed;
    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    private FolderEvents(List<Path> folders, Runnable changed, WatchService service) {
        this.folders = folders;
        this.changed = changed;
        this.service = service;
    }

    /// Begins to watch, if the system lets us; says so in the log when not.
    static @Nullable FolderEvents watch(List<Path> folders, Runnable changed) {
        try {
            FolderEvents events =
                    new FolderEvents(folders, changed, FileSystems.getDefault().newWatchService());
            events.register();
            Thread.ofVirtual().name("config-events").start(events::run);
            return events;
        } catch (IOException failure) {
            log.warn("event=config-unwatched folders={} reason=\"{}\"", folders, failure.toString());
            return null;
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.poll(RENEW_MILLIS, TimeUnit.MILLISECONDS);
                boolean news = register();
                if (key != null) {
                    take(key);
                    awaitQuiet();
                    news = true;
                }
                if (news) {
                    register();
                    changed.run();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException closed) {
            log.debug("event=config-watch-closed folders={}", folders);
        } catch (IOException failure) {
            log.warn("event=config-unwatched folders={} reason=\"{}\"", folders, failure.toString());
        }
    }

    private void awaitQuiet() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
        while (System.nanoTime() < end) {
            WatchKey key = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
            if (key == null) {
                return;
            }
            take(key);
        }
    }

    private void take(WatchKey key) {
        key.pollEvents();
        if (!key.reset()) {
            keys.values().remove(key);
        }
    }

    /// Says whether a folder is watched now that was not.
    private boolean register() throws IOException {
        boolean news = false;
        for (Path folder : folders) {
            WatchKey known = keys.get(folder);
            if (Files.isDirectory(folder) && (known == null || !known.isValid())) {
                keys.put(
                        folder,
                        folder.register(
                                service,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE));
                news = true;
            }
        }
        return news;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException failure) {
            log.warn("event=config-watch-not-closed folders={} reason=\"{}\"", folders, failure.toString());
        }
    }
}
