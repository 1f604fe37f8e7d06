package org.pinisi.git;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what a remote has into a store's branch: forwards where we have nothing of our own, by a
/// merge where both have, and on top of the remote's new history where that was rewritten. No commit is
/// lost: what a rewritten history leaves behind stays under `refs/pinisi/replaced/`.
final class StoreIntegration {
    private static final Logger LOG = LoggerFactory.getLogger(StoreIntegration.class);
    private static final int ATTEMPTS = 20;
    private static final int MOST_NAMED = 20;

    private final GitStore store;
    private final SyncSettings settings;
    private final StoreGraph graph;

    StoreIntegration(GitStore store, SyncSettings settings) {
        this.store = store;
        this.settings = settings;
        this.graph = new StoreGraph(store.repository());
    }

    /// @param head where our branch is now
    record Outcome(CommitId head, List<SyncConflict> conflicts, boolean rewritten) {}

    /// @param agreed the last commit of the remote that our branch took in or gave it
    Outcome integrate(CommitId theirs, Optional<CommitId> agreed) {
        return store.exclusively(() -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<Outcome> outcome = Uninterrupted.call(() -> attempt(theirs, agreed));
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
            throw new GitException("cannot merge into " + store.branch() + ": other programs move it all the time");
        });
    }

    /// Empty when another program has moved the branch meanwhile.
    private Optional<Outcome> attempt(CommitId theirs, Optional<CommitId> agreed) throws IOException {
        Optional<CommitId> head = store.commit();
        if (head.isEmpty()) {
            return moved(head, theirs, List.of(), false);
        }
        CommitId ours = head.get();
        boolean rewritten = agreed.isPresent() && !graph.has(theirs, agreed.get());
        // On top of a rewritten history already, when the program ended before it had written down that it was.
        boolean undone = rewritten && graph.has(ours, agreed.get());
        if (ours.equals(theirs) || (!undone && graph.has(ours, theirs))) {
            return Optional.of(new Outcome(ours, List.of(), rewritten));
        }
        if (rewritten) {
            LOG.warn("event=store_remote_rewritten branch={} theirs={} kept={}", store.branch(), theirs, ours);
            store.repository().keep(Ids.REPLACED + ours.hex(), ours);
        }
        boolean nothingOfOurs = graph.has(undone ? agreed.get() : theirs, ours);
        return nothingOfOurs ? moved(head, theirs, List.of(), rewritten) : merged(ours, theirs, agreed, rewritten);
    }

    private Optional<Outcome> merged(CommitId ours, CommitId theirs, Optional<CommitId> agreed, boolean rewritten)
            throws IOException {
        Optional<CommitId> base = agreed.isPresent() ? agreed : graph.mergeBase(ours, theirs);
        Optional<ObjectId> ourTree = graph.tree(Optional.of(ours));
        StoreMerge merge = new StoreMerge(store.objects(), settings.resolver(), ours, theirs);
        merge.compare(graph.tree(base), ourTree, graph.tree(Optional.of(theirs)));
        try (ObjectBatch batch = ObjectBatch.open(store.repository().jgit(), merge.size())) {
            ObjectId tree = merge.write(batch, ourTree);
            ObjectId commit = store.commitObject(
                    batch,
                    tree,
                    rewritten ? List.of(theirs) : List.of(ours, theirs),
                    settings.author(),
                    message(ours, merge.conflicts(), rewritten));
            batch.release();
            return moved(Optional.of(ours), Ids.commit(commit), merge.conflicts(), rewritten);
        }
    }

    private Optional<Outcome> moved(
            Optional<CommitId> from, CommitId to, List<SyncConflict> conflicts, boolean rewritten) {
        if (!store.advance(from, to)) {
            return Optional.empty();
        }
        conflicts.forEach(conflict -> LOG.warn(
                "event=store_conflict branch={} key=\"{}\" kept={} ours={} theirs={}",
                store.branch(),
                conflict.key(),
                conflict.kept(),
                conflict.ours(),
                conflict.theirs()));
        return Optional.of(new Outcome(to, conflicts, rewritten));
    }

    private static String message(CommitId ours, List<SyncConflict> conflicts, boolean rewritten) {
        StringBuilder message = new StringBuilder(
                rewritten
                        ? "Put our changes on top of the remote's new history\n\nThey were at " + ours
                        : "Merge the changes of the remote");
        if (!conflicts.isEmpty()) {
            message.append("\n\nChanged on both sides:\n");
            conflicts.stream()
                    .limit(MOST_NAMED)
                    .forEach(conflict -> message.append("  ")
                            .append(conflict.key())
                            .append(": kept ")
                            .append(conflict.kept())
                            .append('\n'));
            if (conflicts.size() > MOST_NAMED) {
                message.append("  and ").append(conflicts.size() - MOST_NAMED).append(" more\n");
            }
        }
        return message.toString();
    }
}
