package org.pinisi.git;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Router;
import org.pinisi.http.TlsServer;

/// A store served over HTTP and SSH on loopback, with a listener that tests steer.
final class GitServer implements AutoCloseable {
    final Path folder;
    final Path home;
    final FakeListener listener = new FakeListener();
    final RepositoryStore store;
    volatile boolean mayPush = true;
    private final HttpServer http;
    private final Optional<HttpServer> https;
    private final Optional<TlsServer> tls;
    private final GitSsh ssh;
    private final Loops loops;

    GitServer(Path folder, GitLimits limits) throws Exception {
        this(folder, limits, Optional.empty());
    }

    /// Serves HTTPS too when there is a certificate.
    GitServer(Path folder, GitLimits limits, Optional<Certified> certificate) throws Exception {
        this.folder = folder;
        this.home = Files.createDirectories(folder.resolve("home"));
        Disk.measure(folder);
        store = RepositoryStore.open(folder.resolve("store"), limits);
        GitHttp git = new GitHttp(store, listener, "/git", _ -> mayPush);
        Router router = Router.builder()
                .get("/git/{rest...}", git)
                .post("/git/{rest...}", git)
                .build();
        loops = Loops.create("git-test", 1);
        http = HttpServer.builder(Address.inet("127.0.0.1", 0), router, loops)
                .limits(HttpLimits.defaults().withBodyBytes(2L << 30))
                .start();
        tls = certificate.map(
                certified -> TlsServer.builder(_ -> Optional.of(certified)).build());
        https = tls.isEmpty()
                ? Optional.empty()
                : Optional.of(HttpServer.builder(Address.inet("127.0.0.1", 0), router, loops)
                        .limits(HttpLimits.defaults().withBodyBytes(2L << 30))
                        .tls(tls.get())
                        .start());
        makeKey("key");
        Files.copy(home.resolve("key.pub"), folder.resolve("authorized_keys"));
        ssh = GitSsh.start(
                store,
                listener,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("host_key"),
                folder.resolve("authorized_keys"));
    }

    /// The address of a repository, by `http`, `https` or `ssh`.
    String address(String transport, String name) {
        return switch (transport) {
            case "ssh" -> "ssh://git@127.0.0.1:" + ssh.port() + "/" + name + ".git";
            case "https" -> "https://" + https.orElseThrow().address() + "/git/" + name + ".git";
            default -> "http://" + http.address() + "/git/" + name + ".git";
        };
    }

    String httpRoot() {
        return "http://" + http.address() + "/git";
    }

    GitSsh ssh() {
        return ssh;
    }

    /// A client's repository with one commit, whose git uses the key that may sign in.
    Git client(String name) throws Exception {
        return Git.repository(folder.resolve(name), home).with("GIT_SSH_COMMAND", sshCommand("key"));
    }

    String sshCommand(String key) {
        return String.join(
                " ",
                "ssh",
                "-F none",
                "-i " + home.resolve(key),
                "-o IdentitiesOnly=yes",
                "-o IdentityAgent=none",
                "-o BatchMode=yes",
                "-o StrictHostKeyChecking=no",
                "-o UserKnownHostsFile=/dev/null",
                "-o LogLevel=ERROR");
    }

    void makeKey(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-C", "tester", "-f"));
        command.add(home.resolve(name).toString());
        command.addAll(options.length == 0 ? List.of("-t", "ed25519") : List.of(options));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("ssh-keygen failed");
        }
        Files.setPosixFilePermissions(home.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    GitRepository repository(String name) {
        return store.find(new RepositoryName(name)).orElseThrow();
    }

    /// Everything in the store that only a push on its way may have.
    List<Path> leftOvers() throws IOException {
        return Folders.all(folder.resolve("store")).stream()
                .filter(path -> {
                    String file = path.getFileName().toString();
                    return file.startsWith("push-")
                            || file.startsWith("incoming_")
                            || file.startsWith(".new-")
                            || file.startsWith(".gone-")
                            || (file.endsWith(".lock") && !file.equals(".lock"));
                })
                .toList();
    }

    @Override
    public void close() {
        http.close(Duration.ZERO);
        https.ifPresent(server -> server.close(Duration.ZERO));
        tls.ifPresent(TlsServer::close);
        loops.close();
        ssh.close();
        store.close();
    }
}
