package org.pinisi.flow;

import java.io.Serial;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Collectors;

/// No connection could be made, or the settings for it make no sense. The message names every way that
/// was tried and why it failed; the causes are the suppressed exceptions, and the only one is the cause.
public final class FlowException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient List<FailedTry> tries;

    public FlowException(String message) {
        super(message);
        this.tries = List.of();
    }

    FlowException(String message, Throwable cause) {
        super(message, cause);
        this.tries = List.of();
    }

    FlowException(List<FailedTry> tries) {
        super(
                tries.stream().map(FailedTry::toString).collect(Collectors.joining("; ")),
                tries.size() == 1 ? tries.getFirst().cause() : null);
        this.tries = List.copyOf(tries);
        if (tries.size() > 1) {
            tries.forEach(each -> addSuppressed(each.cause()));
        }
    }

    /// Every way that was tried, in order; empty if none could be.
    public List<FailedTry> tries() {
        return tries;
    }

    /// Whether ways were tried and every one of them took too long.
    public boolean isTimeout() {
        return !tries.isEmpty() && tries.stream().allMatch(each -> each.cause() instanceof SocketTimeoutException);
    }
}
