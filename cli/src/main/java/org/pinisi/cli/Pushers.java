package org.pinisi.cli;

import org.pinisi.http.Request;

/// Who may push over plain HTTP: programs of this machine. Everybody else uses SSH and a key.
final class Pushers {
    private Pushers() {}

    static boolean isLocal(Request request) {
        return request.remoteAddress()
                .map(remote ->
                        remote.getAddress() != null && remote.getAddress().isLoopbackAddress())
                .orElse(true);
    }
}
