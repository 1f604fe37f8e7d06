package org.pinisi.git;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What became of each ref of a push. A push that a remote refused is no exception but a result, so look
/// at [#accepted], or call [#orThrow].
///
/// @param refs in the order of their names
/// @param messages what the remote wrote for people, printable
public record PushResult(RemoteUrl to, List<Ref> refs, String messages) {
    /// One ref.
    ///
    /// @param reason why it was refused, in the remote's words where they are known; empty when it was
    ///     not
    public record Ref(String name, Status status, Optional<String> reason) {}

    /// What became of a ref.
    public enum Status {
        /// It is now as wished.
        MOVED,
        /// It was as wished already.
        UNCHANGED,
        /// It has commits that the push does not have. Fetch, put the change on top, push again.
        NOT_FORWARD,
        /// It is not what was expected: somebody else was faster. Fetch, put the change on top, push
        /// again.
        STALE,
        /// The remote does not want it.
        REFUSED;

        /// Whether pushing again on top of what the remote has now can help.
        boolean worthRetrying() {
            return this == NOT_FORWARD || this == STALE;
        }
    }

    public PushResult {
        refs = List.copyOf(refs);
    }

    /// Whether every ref is as wished.
    public boolean accepted() {
        return refs.stream().allMatch(ref -> ref.status() == Status.MOVED || ref.status() == Status.UNCHANGED);
    }

    /// This, when every ref is as wished.
    ///
    /// @throws GitException of kind `REJECTED` that names each other ref with its reason
    public PushResult orThrow() {
        if (accepted()) {
            return this;
        }
        String refused = refs.stream()
                .filter(ref -> ref.status() != Status.MOVED && ref.status() != Status.UNCHANGED)
                .map(ref -> ref.name() + ": " + ref.reason().orElse(ref.status().name()))
                .collect(Collectors.joining("; "));
        throw new GitException(
                GitException.Kind.REJECTED,
                "%s did not take the push (%s)%s".formatted(to, refused, messages.isEmpty() ? "" : "\n" + messages));
    }
}
