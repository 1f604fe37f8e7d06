package org.pinisi.git;

import java.util.List;

/// One `git push`, as far as it concerns branches; tags are stored and not reported.
///
/// @param pusher who pushes: the comment or fingerprint of an SSH key, or a remote address
/// @param updates at most [GitLimits#refUpdates], in the client's order
/// @param options what the client gave with `git push -o`
public record Push(RepositoryName repository, String pusher, List<RefUpdate> updates, List<String> options) {
    public Push {
        updates = List.copyOf(updates);
        options = List.copyOf(options);
    }
}
