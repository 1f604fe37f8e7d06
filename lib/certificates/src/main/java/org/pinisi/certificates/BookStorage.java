package org.pinisi.certificates;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Files by path, with versions: where a [CertificateBook] lies.
interface BookStorage extends AutoCloseable {
    /// What is there now.
    Version now();

    /// Changes files, all or none.
    ///
    /// @param change may be called more than once, each time with a fresh draft
    /// @return whether anything differs
    boolean change(String message, Consumer<Draft> change);

    /// Calls a thread of its own after changes, also after those of others.
    BookWatch watch(Runnable changed);

    /// Makes this and the remote the same, now.
    ///
    /// @return why they are not; empty when they are, or there is no remote
    Optional<String> synchronise();

    /// How it stands with the remote, in words; empty when there is none.
    Optional<String> status();

    @Override
    void close();

    /// One version of all files, which stays as it is.
    interface Version {
        /// Equal for equal versions.
        Object id();

        /// Names in a folder, those of folders alone.
        List<String> folders(String folder);

        /// Names in a folder, those of files alone.
        List<String> files(String folder);

        /// What differs when the file differs; empty when there is none.
        Optional<String> version(String path);

        /// @throws CertificateException when it is larger than [BookLayout#MOST_BYTES]
        Optional<byte[]> read(String path);
    }

    /// Files that are being changed.
    interface Draft extends Version {
        void write(String path, byte[] contents);

        void delete(String path);
    }
}
