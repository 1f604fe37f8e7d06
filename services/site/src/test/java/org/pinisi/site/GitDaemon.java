package org.pinisi.site;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The real `git daemon` on a free port of the loopback interface, for the repositories in one folder. Can be stopped
/// and started again on the same port.
final class GitDaemon implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private Process process;

    private GitDaemon(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static GitDaemon start(Path folder) throws IOException {
        int port = freePort();
        GitDaemon daemon = new GitDaemon(folder, port, run(folder, port));
        daemon.awaitListening();
        return daemon;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process run(Path folder, int port) throws IOException {
        return Author.start(
                folder,
                Files.createTempFile(folder, "daemon", ".out"),
                List.of(
                        "git",
                        "daemon",
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--base-path=" + folder,
                        "--informative-errors",
                        "--reuseaddr",
                        "--export-all"));
    }

    int port() {
        return port;
    }

    /// The address of the repository `site.git`.
    String url() {
        return "git://127.0.0.1:" + port + "/site.git";
    }

    void restart() throws IOException {
        process = run(folder, port);
        awaitListening();
    }

    void stop() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await().atMost(PATIENCE).until(() -> !process.isAlive());
    }

    private void awaitListening() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            }
        });
    }

    @Override
    public void close() {
        stop();
    }
}
