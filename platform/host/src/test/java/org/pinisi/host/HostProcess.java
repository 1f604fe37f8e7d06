package org.pinisi.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.pinisi.vault.Vault;

/// A host in a program of its own, so that it can be killed like one.
final class HostProcess {
    private HostProcess() {}

    /// Takes the data folder and the socket; says `ready` and waits for its input to end.
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        Path socket = Path.of(arguments[1]);
        try (Host host = Host.start(config(data, socket))) {
            System.out.println("ready " + host.config().socket());
            int end = System.in.read();
            System.out.println("closing " + end);
        }
    }

    static HostConfig config(Path data, Path socket) {
        return new HostConfig(
                data.resolve("host"),
                socket,
                Vault.open(data.resolveSibling("keys").resolve("key")),
                List.of(data),
                List.of(),
                HostConfig.DEFAULT_CONSOLE_BYTES,
                10,
                InstantSource.system());
    }
}
