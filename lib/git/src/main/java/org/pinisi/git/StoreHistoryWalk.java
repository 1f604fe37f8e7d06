package org.pinisi.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/// Looks for the commits in which a key has another value than in every one of their parents.
final class StoreHistoryWalk {
    private final GitRepository repository;
    private final StoreObjects objects;
    private final int mostSeen;

    StoreHistoryWalk(GitRepository repository, StoreObjects objects, int mostSeen) {
        this.repository = repository;
        this.objects = objects;
        this.mostSeen = mostSeen;
    }

    StoreHistory walk(Optional<CommitId> head, StoreKey key, int most) throws IOException {
        List<Commit> found = new ArrayList<>();
        if (head.isEmpty()) {
            return new StoreHistory(found, true);
        }
        try (RevWalk walk = new RevWalk(repository.jgit())) {
            walk.setRetainBody(false);
            walk.markStart(walk.parseCommit(Ids.object(head.get())));
            int seen = 0;
            for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                if (found.size() == most || seen++ == mostSeen) {
                    return new StoreHistory(found, false);
                }
                if (changes(walk, commit, key)) {
                    found.add(repository.commit(Ids.commit(commit)));
                }
            }
            return new StoreHistory(found, true);
        }
    }

    private boolean changes(RevWalk walk, RevCommit commit, StoreKey key) throws IOException {
        Optional<ObjectId> value = value(commit, key);
        if (commit.getParentCount() == 0) {
            return value.isPresent();
        }
        for (RevCommit parent : commit.getParents()) {
            walk.parseHeaders(parent);
            if (value(parent, key).equals(value)) {
                return false;
            }
        }
        return true;
    }

    private Optional<ObjectId> value(RevCommit commit, StoreKey key) throws IOException {
        return objects.find(commit.getTree(), key.path())
                .filter(TreeSlot::isValue)
                .map(TreeSlot::id);
    }
}
