package org.pinisi.cli;

import java.util.Optional;
import org.pinisi.http.Request;

/// Who may push over plain HTTP: programs of this machine. Everybody else uses SSH and a key.
final class Pushers {
    private Pushers() {}

    /// @return why not; empty when the push may go on
    static Optional<String> allowed(Request request) {
        boolean local = request.remoteAddress()
                .map(remote -> remote.getAddress() != null && remote.getAddress().isLoopbackAddress())
                .orElse(true);
        return local
                ? Optional.empty()
                : Optional.of("pushes over HTTP are taken from this machine only; push over SSH with a key instead");
    }
}
