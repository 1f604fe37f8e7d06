package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;

/// Objects on their way into a repository: few of them each in its own file, many in one pack, which is ten times as
/// quick and leaves one file. Nobody needs them before [#release]; what is not released is deleted or collected later.
final class ObjectBatch implements AutoCloseable {
    /// From this many objects on, a pack.
    private static final int PACKED = 64;

    private final Path objects;
    private final ObjectInserter inserter;
    private final Place place;
    private final BitSet folders = new BitSet(256);

    /// Where the objects are until they are released.
    private sealed interface Place {
        /// Objects in files of their own need no such thing.
        record None() implements Place {}

        /// Out of sight until it is whole.
        record Hidden(Quarantine quarantine) implements Place {}
    }

    private ObjectBatch(Path objects, ObjectInserter inserter, Place place) {
        this.objects = objects;
        this.inserter = inserter;
        this.place = place;
    }

    /// @param expected about how many objects will come
    static ObjectBatch open(Repository repository, int expected) throws IOException {
        Path folder = repository.getDirectory().toPath();
        Path objects = folder.resolve("objects");
        if (expected < PACKED) {
            return new ObjectBatch(objects, repository.newObjectInserter(), new Place.None());
        }
        Quarantine quarantine = Quarantine.open(folder);
        if (quarantine.repository().getObjectDatabase() instanceof ObjectDirectory directory) {
            return new ObjectBatch(objects, directory.newPackInserter(), new Place.Hidden(quarantine));
        }
        quarantine.close();
        throw new IllegalStateException("JGit keeps the objects of a folder elsewhere than in files");
    }

    ObjectId insert(int type, byte[] bytes) throws IOException {
        ObjectId id = inserter.insert(type, bytes);
        folders.set(id.getFirstByte());
        return id;
    }

    /// Gives the objects to the repository, durably.
    void release() throws IOException {
        inserter.flush();
        switch (place) {
            case Place.Hidden(Quarantine quarantine) -> quarantine.release();
            case Place.None() -> forceFolders();
        }
    }

    @Override
    public void close() {
        inserter.close();
        switch (place) {
            case Place.Hidden(Quarantine quarantine) -> quarantine.close();
            case Place.None() -> {}
        }
    }

    /// The files are durable already; now their names.
    private void forceFolders() throws IOException {
        for (int i = folders.nextSetBit(0); i >= 0; i = folders.nextSetBit(i + 1)) {
            Path folder = objects.resolve("%02x".formatted(i));
            if (Files.isDirectory(folder)) {
                Folders.force(folder);
            }
        }
        Folders.force(objects);
    }
}
