package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/// The contents of one file of a repository; to be closed. For one thread.
public final class GitBlob implements AutoCloseable {
    /// Contents up to so many bytes are held in memory while a stream of them is open, and those that
    /// they are told apart from as well; larger ones are read as they are asked for.
    public static final int MOST_HELD_BYTES = JGitSettings.STREAM_THRESHOLD;

    private final BlobId id;
    private final ObjectReader reader;
    private final long size;

    GitBlob(BlobId id, ObjectReader reader, long size) {
        this.id = id;
        this.reader = reader;
        this.size = size;
    }

    public BlobId id() {
        return id;
    }

    /// How many bytes there are.
    public long size() {
        return size;
    }

    /// The contents from their first byte, to be closed before this is. Each call gives a new stream.
    ///
    /// @throws IOException when the repository is damaged or gone
    public InputStream stream() throws IOException {
        return reader.open(ObjectId.fromString(id.hex()), Constants.OBJ_BLOB).openStream();
    }

    @Override
    public void close() {
        reader.close();
    }
}
