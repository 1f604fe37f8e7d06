package org.pinisi.git;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.pinisi.git.GitException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pushes a change to a branch that others push to as well.
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);
    private static final String TRACKING = "refs/remotes/pinisi/";
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final GitClient client;
    private final GitRepository repository;
    private final RemoteBranch to;

    Publication(GitClient client, GitRepository repository, RemoteBranch to) {
        this.client = client;
        this.repository = repository;
        this.to = to;
    }

    CommitId run(int tries, GitClient.Change change) {
        if (tries < 1) {
            throw new IllegalArgumentException("tries: " + tries + " (expected: >= 1)");
        }
        for (int tried = 1; ; tried++) {
            Optional<CommitId> tip = fetch();
            CommitId wanted = change.on(tip);
            if (tip.equals(Optional.of(wanted))) {
                return wanted;
            }
            PushResult result = client.push(repository, to.url(), List.of(PushUpdate.onTop(to.branch(), tip, wanted)));
            if (result.accepted()) {
                return wanted;
            }
            PushResult.Status status = result.refs().getFirst().status();
            if (!status.worthRetrying() || tried == tries) {
                result.orThrow();
            }
            LOG.info("event=push_overtaken remote=\"{}\" try={}", to, tried);
            pause(tried);
        }
    }

    private Optional<CommitId> fetch() {
        Optional<CommitId> tip = client.find(to);
        if (tip.isPresent()) {
            RefMapping mapping = new RefMapping(to.ref(), TRACKING + to.branch(), true);
            client.fetch(repository, to.url(), List.of(mapping), FetchOptions.DEFAULT);
            return repository.ref(TRACKING + to.branch());
        }
        return tip;
    }

    /// Longer each time, and never the same for two who overtake each other.
    private static void pause(int tried) {
        long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(tried, 10));
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(Kind.INTERRUPTED, "waiting to push again was interrupted", interrupted);
        }
    }
}
