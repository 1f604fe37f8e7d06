package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/// The contents of one file of a repository, open for reading; to be closed. Contents up to some megabytes are in
/// memory while this is open, larger ones are read from the disk as they are asked for. For one thread.
public final class GitBlob implements AutoCloseable {
    private final BlobId id;
    private final ObjectReader reader;
    private final ObjectLoader loader;

    GitBlob(BlobId id, ObjectReader reader, ObjectLoader loader) {
        this.id = id;
        this.reader = reader;
        this.loader = loader;
    }

    public BlobId id() {
        return id;
    }

    /// How many bytes there are.
    public long size() {
        return loader.getSize();
    }

    /// The contents from their first byte, to be closed before this is. Each call gives a new stream.
    ///
    /// @throws IOException when the repository is damaged or gone
    public InputStream stream() throws IOException {
        return loader.openStream();
    }

    @Override
    public void close() {
        reader.close();
    }
}
