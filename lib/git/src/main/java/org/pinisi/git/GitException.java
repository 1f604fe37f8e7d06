package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/// A repository, name, commit, key or connection that cannot be used. The message says which, and what to
/// do.
public final class GitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// What a caller may want to tell apart.
    public enum Kind {
        /// Nothing about a remote: a repository here, a name, a file.
        LOCAL,
        /// The remote does not answer, breaks off or is too slow. Trying again later may help.
        UNREACHABLE,
        /// The remote shows another key or certificate than the one known for it. A person must look.
        HOST_KEY_CHANGED,
        /// Nothing says that the remote's key or certificate may be trusted.
        HOST_KEY_UNKNOWN,
        /// The remote wants to know who asks, and does not take what it was told.
        AUTHENTICATION,
        /// There is no such repository or branch, or the remote says so to whoever may not see it.
        NOT_FOUND,
        /// The remote, or the state of its branches, does not allow the push.
        REJECTED,
        /// The remote does not speak Git's protocol as it should, or sent something broken.
        PROTOCOL,
        /// Over a limit of [TransferLimits].
        TOO_LARGE,
        /// The calling thread was interrupted, which it then still is.
        INTERRUPTED
    }

    GitException(String message) {
        this(Kind.LOCAL, message);
    }

    GitException(String message, Throwable cause) {
        this(Kind.LOCAL, message, cause);
    }

    GitException(Kind kind, String message) {
        super(message);
        this.kind = requireNonNull(kind, "kind");
    }

    GitException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
