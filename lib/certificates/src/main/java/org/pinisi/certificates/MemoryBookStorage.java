package org.pinisi.certificates;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Files in memory, gone with the program.
final class MemoryBookStorage implements BookStorage {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Subscription> watchers = new CopyOnWriteArrayList<>();
    private volatile Files files = new Files(0, new TreeMap<>());

    @Override
    public Version now() {
        return files;
    }

    @Override
    public boolean change(String message, Consumer<Draft> change) {
        lock.lock();
        try {
            Files before = files;
            Files after = new Files(before.number + 1, new TreeMap<>(before.contents));
            change.accept(after);
            boolean same = before.versions().equals(after.versions());
            if (same) {
                return false;
            }
            files = after;
        } finally {
            lock.unlock();
        }
        watchers.forEach(subscription -> Thread.ofVirtual().name("book-watch").start(subscription.changed));
        return true;
    }

    @Override
    public BookWatch watch(Runnable changed) {
        Subscription subscription = new Subscription(changed);
        watchers.add(subscription);
        return subscription;
    }

    @Override
    public Optional<String> synchronise() {
        return Optional.empty();
    }

    @Override
    public Optional<String> status() {
        return Optional.empty();
    }

    @Override
    public void close() {
        watchers.clear();
    }

    /// One watcher; two with the same task are two.
    private final class Subscription implements BookWatch {
        private final Runnable changed;

        Subscription(Runnable changed) {
            this.changed = changed;
        }

        @Override
        public void close() {
            watchers.remove(this);
        }
    }

    private record Files(long number, SortedMap<String, byte[]> contents) implements Draft {
        @Override
        public Object id() {
            return number;
        }

        @Override
        public List<String> folders(String folder) {
            return below(folder)
                    .filter(rest -> rest.contains("/"))
                    .map(rest -> rest.substring(0, rest.indexOf('/')))
                    .distinct()
                    .toList();
        }

        @Override
        public List<String> files(String folder) {
            return below(folder).filter(rest -> !rest.contains("/")).toList();
        }

        @Override
        public Optional<String> version(String path) {
            return Optional.ofNullable(contents.get(path)).map(Files::digest);
        }

        @Override
        public Optional<byte[]> read(String path) {
            return Optional.ofNullable(contents.get(path)).map(byte[]::clone);
        }

        @Override
        public void write(String path, byte[] bytes) {
            contents.put(path, bytes.clone());
        }

        @Override
        public void delete(String path) {
            contents.remove(path);
        }

        private Stream<String> below(String folder) {
            String prefix = folder.isEmpty() ? "" : folder + "/";
            return contents.keySet().stream()
                    .filter(path -> path.startsWith(prefix))
                    .map(path -> path.substring(prefix.length()));
        }

        private Map<String, String> versions() {
            Map<String, String> versions = new TreeMap<>();
            contents.forEach((path, bytes) -> versions.put(path, digest(bytes)));
            return versions;
        }

        private static String digest(byte[] bytes) {
            return CertificateWords.digest(bytes);
        }
    }
}
