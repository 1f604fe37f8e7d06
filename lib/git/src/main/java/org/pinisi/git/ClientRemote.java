package org.pinisi.git;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;

/// A branch that a [GitClient] reaches.
record ClientRemote(GitClient client, RemoteBranch branch) implements StoreRemote {
    @Override
    public String name() {
        return branch.toString();
    }

    @Override
    public Optional<CommitId> fetch(GitRepository into) {
        Optional<CommitId> there = client.find(branch);
        if (there.isEmpty() || into.contains(there.get())) {
            return there;
        }
        String tracking = Constants.R_REMOTES + "pinisi/" + branch.branch();
        client.fetch(into, branch.url(), List.of(new RefMapping(branch.ref(), tracking, true)), FetchOptions.DEFAULT);
        return new StoreRefs(into).read(tracking);
    }

    @Override
    public Answer push(GitRepository from, Optional<CommitId> expected, CommitId to) {
        PushResult result = client.push(from, branch.url(), List.of(PushUpdate.replace(branch.branch(), expected, to)));
        if (result.accepted()) {
            return new Answer.Taken();
        }
        PushResult.Ref ref = result.refs().getFirst();
        return switch (ref.status()) {
            case MOVED, UNCHANGED -> new Answer.Taken();
            case NOT_FORWARD, STALE -> new Answer.Outrun();
            case REFUSED -> new Answer.Refused(words(ref, result.messages()));
        };
    }

    /// On one line, as messages and logs are.
    private static String words(PushResult.Ref ref, String messages) {
        String reason = ref.reason().orElse("no reason given");
        String said = messages.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(joining("; "));
        return said.isEmpty() ? reason : reason + ": " + said;
    }
}
