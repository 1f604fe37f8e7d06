package org.pinisi.git;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/// How commits descend from each other.
final class StoreGraph {
    private final GitRepository repository;

    StoreGraph(GitRepository repository) {
        this.repository = repository;
    }

    /// Commits that one has and another has not.
    ///
    /// @param oldest when the oldest of them was made
    record Ahead(int count, Optional<Instant> oldest) {}

    /// Whether a commit is another one, or among those that led to it.
    boolean has(CommitId commit, CommitId ancestor) throws IOException {
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            return walk.isMergedInto(walk.parseCommit(Ids.object(ancestor)), walk.parseCommit(Ids.object(commit)));
        }
    }

    /// The newest commit that led to both.
    Optional<CommitId> mergeBase(CommitId one, CommitId other) throws IOException {
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            walk.setRevFilter(RevFilter.MERGE_BASE);
            walk.markStart(walk.parseCommit(Ids.object(one)));
            walk.markStart(walk.parseCommit(Ids.object(other)));
            return Optional.ofNullable(walk.next()).map(Ids::commit);
        }
    }

    Ahead ahead(CommitId commit, Optional<CommitId> of, int most) throws IOException {
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            walk.markStart(walk.parseCommit(Ids.object(commit)));
            if (of.isPresent()) {
                walk.markUninteresting(walk.parseCommit(Ids.object(of.get())));
            }
            int count = 0;
            Optional<Instant> oldest = Optional.empty();
            for (RevCommit next = walk.next(); next != null && count < most; next = walk.next()) {
                count++;
                Instant time = Instant.ofEpochSecond(next.getCommitTime());
                oldest = Optional.of(oldest.filter(time::isAfter).orElse(time));
            }
            return new Ahead(count, oldest);
        }
    }

    Optional<ObjectId> tree(Optional<CommitId> commit) throws IOException {
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            return Optional.of(
                    walk.parseCommit(Ids.object(commit.get())).getTree().copy());
        }
    }
}
