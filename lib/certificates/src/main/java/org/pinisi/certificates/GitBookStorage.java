package org.pinisi.certificates;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.pinisi.git.GitException;
import org.pinisi.git.GitStore;
import org.pinisi.git.StoreAuthor;
import org.pinisi.git.StoreDraft;
import org.pinisi.git.StoreEntry;
import org.pinisi.git.StoreKey;
import org.pinisi.git.StoreSnapshot;
import org.pinisi.git.StoreSync;
import org.pinisi.git.StoreWatch;
import org.pinisi.git.SyncResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files in a branch of a Git repository.
///
/// @param store closed by `owned`, or stays the caller's
/// @param sync with the remote, if there is one
/// @param owned what is closed with the book, in this order
record GitBookStorage(GitStore store, StoreAuthor author, Optional<StoreSync> sync, List<AutoCloseable> owned)
        implements BookStorage {
    private static final Logger LOG = LoggerFactory.getLogger(GitBookStorage.class);

    @Override
    public Version now() {
        try {
            return new Snapshot(store.snapshot());
        } catch (GitException failure) {
            throw failed(failure);
        }
    }

    @Override
    public boolean change(String message, Consumer<Draft> change) {
        try {
            return store.batch(author, message, draft -> change.accept(new Writing(draft)))
                    .isPresent();
        } catch (GitException failure) {
            throw failed(failure);
        }
    }

    @Override
    public BookWatch watch(Runnable changed) {
        StoreWatch watch = store.watch(_ -> changed.run());
        return watch::close;
    }

    @Override
    public Optional<String> synchronise() {
        try {
            return sync.flatMap(remote -> remote.sync().problem()).map(SyncResult.Problem::message);
        } catch (GitException failure) {
            throw failed(failure);
        }
    }

    @Override
    public Optional<String> status() {
        return sync.map(remote -> remote.status().toString());
    }

    @Override
    public void close() {
        close(owned);
    }

    /// Closes all, whatever becomes of some.
    static void close(List<AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (Exception failure) {
                LOG.warn("event=book_close_failed part={} reason=\"{}\"", part, failure.toString());
            }
        }
    }

    private static CertificateException failed(GitException failure) {
        return new CertificateException("the book: " + failure.getMessage(), failure);
    }

    private record Snapshot(StoreSnapshot snapshot) implements Version {
        @Override
        public Object id() {
            return snapshot.commit();
        }

        @Override
        public List<String> folders(String folder) {
            return names(snapshot, folder, true);
        }

        @Override
        public List<String> files(String folder) {
            return names(snapshot, folder, false);
        }

        @Override
        public Optional<String> version(String path) {
            return StoreKey.parse(path).flatMap(snapshot::version);
        }

        @Override
        public Optional<byte[]> read(String path) {
            return bounded(StoreKey.parse(path).flatMap(snapshot::get));
        }
    }

    private record Writing(StoreDraft draft) implements Draft {
        @Override
        public Object id() {
            return draft;
        }

        @Override
        public List<String> folders(String folder) {
            return names(draft.before(), folder, true);
        }

        @Override
        public List<String> files(String folder) {
            return names(draft.before(), folder, false);
        }

        @Override
        public Optional<String> version(String path) {
            return draft.before().version(new StoreKey(path));
        }

        @Override
        public Optional<byte[]> read(String path) {
            return bounded(draft.get(new StoreKey(path)));
        }

        @Override
        public void write(String path, byte[] contents) {
            draft.set(new StoreKey(path), contents);
        }

        @Override
        public void delete(String path) {
            draft.delete(new StoreKey(path));
        }
    }

    private static List<String> names(StoreSnapshot snapshot, String folder, boolean folders) {
        try {
            return snapshot.list(folder).stream()
                    .filter(entry -> entry.folder() == folders)
                    .map(StoreEntry::name)
                    .toList();
        } catch (GitException failure) {
            throw failed(failure);
        }
    }

    private static Optional<byte[]> bounded(Optional<byte[]> value) {
        if (value.isPresent() && value.get().length > BookLayout.MOST_BYTES) {
            throw new CertificateException(
                    "it has %d bytes (expected: %d at most)".formatted(value.get().length, BookLayout.MOST_BYTES));
        }
        return value;
    }
}
