package org.pinisi.git;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A place for the objects of one push, beside the repository's own, until the push is accepted: the idea
/// of git-receive-pack(1), "quarantine environment". Closing it deletes all that was not moved over.
final class Quarantine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final Path folder;
    private final Path objects;
    private final Repository repository;

    private Quarantine(Path folder, Path objects, Repository repository) {
        this.folder = folder;
        this.objects = objects;
        this.repository = repository;
    }

    static Quarantine open(Path target) throws IOException {
        Path folder = StoreFolder.incoming(target);
        try {
            Files.createDirectory(folder.resolve("pack"));
            Path objects = target.resolve("objects");
            Repository repository = new FileRepositoryBuilder()
                    .setGitDir(target.toFile())
                    .setObjectDirectory(folder.toFile())
                    .addAlternateObjectDirectory(objects.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
            return new Quarantine(folder, objects, repository);
        } catch (IOException | RuntimeException failure) {
            Folders.delete(folder);
            throw failure;
        }
    }

    /// Sees the objects of the push and those of the repository, and the repository's refs.
    Repository repository() {
        return repository;
    }

    /// Gives the packs that arrived to the repository, durably. They stay readable here too.
    void release() throws IOException {
        give(folder.resolve("pack"), objects);
    }

    /// Links the packs in `from` into a folder of objects, durably.
    static void give(Path from, Path objects) throws IOException {
        Path packs = Files.createDirectories(objects.resolve("pack"));
        try (Stream<Path> arrived = Files.list(from)) {
            // An index without its pack is an error to readers, so the index comes last. A name that is taken is no
            // error: a pack is named after what it holds.
            List<Path> files = arrived.filter(path -> !path.toString().endsWith(".keep"))
                    .sorted(Comparator.comparing((Path path) -> path.toString().endsWith(".idx")))
                    .toList();
            for (Path file : files) {
                Folders.force(file);
                try {
                    Files.createLink(packs.resolve(file.getFileName()), file);
                } catch (FileAlreadyExistsException sameObjects) {
                    LOG.debug("event=pack_already_there file=\"{}\"", sameObjects.getFile());
                }
            }
        }
        Folders.force(packs);
    }

    @Override
    public void close() {
        repository.close();
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            // The push has ended one way or the other; the next start sweeps.
            LOG.warn("event=quarantine_left folder=\"{}\" reason=\"{}\"", folder, failure.toString());
        }
    }
}
