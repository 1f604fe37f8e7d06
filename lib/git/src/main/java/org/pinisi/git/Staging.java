package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A repository for the length of one fetch, beside the one that is to have what is fetched: it sees the
/// objects of the other, has a copy of its refs and of where its history is cut off, and takes what
/// arrives. Nothing of the other changes before [#release]; closing deletes all that was not released.
final class Staging implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final String PREFIX = "fetch-";

    private final Path folder;
    private final Repository target;
    private final Repository repository;

    private Staging(Path folder, Repository target, Repository repository) {
        this.folder = folder;
        this.target = target;
        this.repository = repository;
    }

    static Staging open(Repository target, TransferLimits limits) throws IOException {
        Path top = target.getDirectory().toPath();
        Path folder = StoreFolder.incoming(top, PREFIX);
        try {
            Files.createDirectories(folder.resolve("objects/pack"));
            Files.createDirectories(folder.resolve("refs/heads"));
            Files.writeString(folder.resolve("HEAD"), "ref: refs/heads/main\n");
            Files.write(folder.resolve("packed-refs"), packedRefs(target));
            Path shallow = top.resolve(Constants.SHALLOW);
            if (Files.exists(shallow)) {
                Files.copy(shallow, folder.resolve(Constants.SHALLOW));
            }
            FileRepositoryBuilder builder = new FileRepositoryBuilder()
                    .setGitDir(folder.toFile())
                    .addAlternateObjectDirectory(top.resolve("objects").toFile())
                    .setBare()
                    .setMustExist(true)
                    .setup();
            return new Staging(folder, target, new Limited(builder, limits));
        } catch (IOException | RuntimeException failure) {
            Folders.delete(folder);
            throw failure;
        }
    }

    /// What a transport fetches into.
    Repository repository() {
        return repository;
    }

    /// Gives all that arrived to the repository, durably: first the objects, then where history is cut
    /// off.
    void release() throws IOException {
        Quarantine.give(
                folder.resolve("objects/pack"), target.getDirectory().toPath().resolve("objects"));
        var shallow = repository.getObjectDatabase().getShallowCommits();
        if (!shallow.equals(target.getObjectDatabase().getShallowCommits())) {
            target.getObjectDatabase().setShallowCommits(shallow);
            Folders.force(target.getDirectory().toPath());
        }
    }

    @Override
    public void close() {
        repository.close();
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            // The fetch has ended one way or the other; the next opening sweeps.
            LOG.warn("event=staging_left folder=\"{}\" reason=\"{}\"", folder, failure.toString());
        }
    }

    // All refs in one file, sorted as git wants them. Which of them are tags of tags, JGit finds out by itself.
    private static byte[] packedRefs(Repository target) throws IOException {
        TreeMap<String, ObjectId> refs = new TreeMap<>();
        for (Ref ref : target.getRefDatabase().getRefsByPrefix(Constants.R_REFS)) {
            ObjectId id = ref.getObjectId();
            if (id != null && !ref.isSymbolic()) {
                refs.put(ref.getName(), id);
            }
        }
        StringBuilder text = new StringBuilder();
        refs.forEach(
                (name, id) -> text.append(id.name()).append(' ').append(name).append('\n'));
        return text.toString().getBytes(UTF_8);
    }

    private static final class Limited extends FileRepository {
        private final TransferLimits limits;

        Limited(FileRepositoryBuilder settings, TransferLimits limits) throws IOException {
            super(settings);
            this.limits = limits;
        }

        @Override
        public ObjectInserter newObjectInserter() {
            return new LimitedInserter(super.newObjectInserter(), limits);
        }
    }
}
