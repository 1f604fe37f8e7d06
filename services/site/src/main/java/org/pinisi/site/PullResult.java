package org.pinisi.site;

import java.util.Objects;
import org.pinisi.git.CommitId;

/// How an attempt to learn a site's newest commit ended.
public sealed interface PullResult {
    /// The commit shown is the newest.
    record Unchanged(CommitId commit) implements PullResult {
        public Unchanged {
            Objects.requireNonNull(commit, "commit");
        }
    }

    /// Another commit is shown now.
    record Changed(CommitId commit) implements PullResult {
        public Changed {
            Objects.requireNonNull(commit, "commit");
        }
    }

    /// The repository answers and has no such branch. What was shown stays.
    record NoBranch(String branch) implements PullResult {
        public NoBranch {
            Objects.requireNonNull(branch, "branch");
        }
    }

    /// The repository could not be asked, or its newest commit cannot be shown. What was shown stays.
    ///
    /// @param reason for people, without secrets
    record Failed(String reason) implements PullResult {
        public Failed {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// It goes on; nobody waits for it any longer.
    record Pending() implements PullResult {}
}
