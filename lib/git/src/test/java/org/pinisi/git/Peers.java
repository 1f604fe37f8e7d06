package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The real servers, one a transport, and clients that know them.
final class Peers implements AutoCloseable {
    /// The transports of the matrix, as they are called in the names of tests.
    enum Way {
        GIT,
        SSH,
        HTTP,
        HTTPS;

        @Override
        public String toString() {
            return this == GIT ? "git://" : name().toLowerCase(Locale.ROOT);
        }
    }

    final Path folder;
    final Path home;
    private final Map<Way, Remote> remotes = new EnumMap<>(Way.class);
    private final TestAuthority authority;
    private final List<GitClient> clients = new ArrayList<>();
    private int names;

    Peers(Path folder) throws Exception {
        this.folder = folder;
        home = Files.createDirectories(folder.resolve("home"));
        authority = new TestAuthority(folder.resolve("authority"));
        Disk.measure(folder);
        remotes.put(Way.GIT, new DaemonRemote(Files.createDirectories(folder.resolve("git"))));
        remotes.put(Way.SSH, new SshdRemote(Files.createDirectories(folder.resolve("ssh"))));
        remotes.put(Way.HTTP, new NginxRemote(Files.createDirectories(folder.resolve("http")), Optional.empty()));
        remotes.put(
                Way.HTTPS, new NginxRemote(Files.createDirectories(folder.resolve("https")), Optional.of(authority)));
    }

    private Remote remote(Way way) {
        return requireNonNull(remotes.get(way), way.toString());
    }

    SshdRemote ssh() {
        return (SshdRemote) remote(Way.SSH);
    }

    NginxRemote http(Way way) {
        return (NginxRemote) remote(way);
    }

    TestAuthority authority() {
        return authority;
    }

    /// A repository on a server, with a clone by git beside it.
    record Hosted(RemoteUrl url, Path bare, Git work) {
        /// The newest commit of a branch on the server.
        CommitId commit(String branch) throws Exception {
            return new CommitId(work.in(bare).ok("rev-parse", "refs/heads/" + branch));
        }

        /// Commits and puts it on the server, past every transport.
        CommitId commitThere(String file, String contents) throws Exception {
            CommitId commit = work.commit(file, contents);
            work.ok("push", "-q", "-f", bare.toString(), "HEAD:main");
            return commit;
        }
    }

    /// A new repository with one commit on `main`, which anybody may push to who gets in.
    Hosted host(Way way) throws Exception {
        String name = "repository-" + ++names + ".git";
        Git work = Git.repository(folder.resolve("work-" + names), home);
        Remote remote = remote(way);
        Path bare = remote.root().resolve(name);
        work.ok("init", "-q", "--bare", "-b", "main", bare.toString());
        work.ok("config", "-f", bare.resolve("config").toString(), "http.receivepack", "true");
        work.ok("push", "-q", bare.toString(), "main");
        return new Hosted(remote.url(name), bare, work);
    }

    /// A client that knows every server and is let in by every one.
    GitClient client() throws Exception {
        return client(TransferLimits.DEFAULT);
    }

    GitClient client(TransferLimits limits) throws Exception {
        return keep(GitClient.builder()
                .limits(limits)
                .hostKeys(HostKeys.known(ssh().knownHosts("host_ed25519")))
                .identities(new SshIdentity.KeyFile(ssh().file("client")))
                .trust(TlsTrust.authorities(authority.certificate()))
                .build());
    }

    GitClient keep(GitClient client) {
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(GitClient::close);
        remotes.values().forEach(Remote::close);
    }
}
