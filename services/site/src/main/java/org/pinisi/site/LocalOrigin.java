package org.pinisi.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A branch of a repository on this machine, read where it lies; whoever pushes to it is noticed at once.
final class LocalOrigin implements SiteOrigin {
    private static final Logger log = LoggerFactory.getLogger(LocalOrigin.class);

    private final Path bare;
    private final String branch;
    private @Nullable GitRepository opened;
    private @Nullable AutoCloseable events;

    /// @param folder a bare repository, or a working copy
    LocalOrigin(Path folder, String branch) {
        Path inner = folder.resolve(".git");
        this.bare = Files.isDirectory(inner) ? inner : folder;
        this.branch = branch;
    }

    @Override
    public String place() {
        return bare.toString();
    }

    @Override
    public String branch() {
        return branch;
    }

    @Override
    public GitRepository repository() {
        GitRepository repository = opened;
        if (repository == null) {
            repository = GitRepository.open(bare);
            opened = repository;
        }
        return repository;
    }

    @Override
    public Optional<CommitId> known() {
        return Files.isDirectory(bare) ? repository().branch(branch) : Optional.empty();
    }

    @Override
    public Optional<CommitId> pull() {
        if (!Files.isDirectory(bare)) {
            throw new SiteException("there is no repository in " + bare + "; make one with `git init --bare`");
        }
        return repository().branch(branch);
    }

    @Override
    public void shown(CommitId commit) {
        log.debug("event=site-local-shown commit={}", commit);
    }

    @Override
    public void watch(Runnable changed) {
        events = RefEvents.watch(bare, changed);
    }

    @Override
    public void close() {
        AutoCloseable watching = events;
        if (watching != null) {
            try {
                watching.close();
            } catch (Exception failure) {
                log.warn("event=site-refs-close-failed repository={}", bare, failure);
            }
        }
        GitRepository repository = opened;
        if (repository != null) {
            repository.close();
        }
    }
}
