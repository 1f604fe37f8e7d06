package org.pinisi.git;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;

/// Reads and moves refs, each move durable and only from what the ref was known to be.
final class StoreRefs {
    private final GitRepository repository;

    StoreRefs(GitRepository repository) {
        this.repository = repository;
    }

    Optional<CommitId> read(String ref) {
        try {
            return Optional.ofNullable(repository.jgit().getRefDatabase().exactRef(ref))
                    .map(Ref::getObjectId)
                    .map(Ids::commit);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot read " + ref + " in repository " + repository.name(), failure);
        }
    }

    /// Moves a ref, or makes it where it is expected to be absent.
    ///
    /// @return false when the ref is not what was expected, or another program is moving it
    boolean move(String ref, Optional<CommitId> from, CommitId to) {
        try {
            RefUpdate update = repository.jgit().updateRef(ref);
            update.setExpectedOldObjectId(from.map(Ids::object).orElse(ObjectId.zeroId()));
            update.setNewObjectId(Ids.object(to));
            return switch (update.forceUpdate()) {
                case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {
                    repository.forceRef(ref);
                    yield true;
                }
                case LOCK_FAILURE -> false;
                case NOT_ATTEMPTED,
                        REJECTED,
                        REJECTED_CURRENT_BRANCH,
                        REJECTED_MISSING_OBJECT,
                        REJECTED_OTHER_REASON,
                        IO_FAILURE ->
                    throw new GitException("cannot move %s in repository %s: %s"
                            .formatted(ref, repository.name(), update.getResult()));
            };
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot move " + ref + " in repository " + repository.name(), failure);
        }
    }

    /// Moves a ref of ours that nobody else moves.
    void set(String ref, CommitId to) {
        if (!move(ref, read(ref), to)) {
            throw new GitException(
                    "cannot move %s in repository %s: another program has it".formatted(ref, repository.name()));
        }
    }
}
