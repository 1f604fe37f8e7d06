package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The real `git daemon`.
final class DaemonRemote implements Remote {
    private final Path root;
    private final int port;
    private final Process process;

    DaemonRemote(Path folder) throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        port = Remote.freePort();
        process = Remote.start(
                folder,
                port,
                List.of(
                        "git",
                        "daemon",
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--base-path=" + root,
                        "--informative-errors",
                        "--enable=receive-pack",
                        "--reuseaddr",
                        "--export-all"));
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public RemoteUrl url(String name) {
        return RemoteUrl.parse("git://127.0.0.1:" + port + "/" + name);
    }

    @Override
    public void close() {
        Remote.stop(process);
    }
}
