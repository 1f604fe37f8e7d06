package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Certified;

/// The real git client against our server: every transport that we serve with every operation.
class ServedMatrixIT {
    @TempDir
    static Path shared;

    private static GitServer server;
    private static TestAuthority authority;
    private static int names;

    @BeforeAll
    static void start() throws Exception {
        authority = new TestAuthority(shared.resolve("authority"));
        Path chain = authority.sign("server");
        server = new GitServer(
                shared, GitLimits.DEFAULT, Optional.of(Certified.fromPem(chain, authority.key("server"))));
        server.makeKey("stranger");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A client's repository, pushed to a new one on the server.
    private Pushed prepare(String transport) throws Exception {
        String name = "app-" + ++names;
        Git git = server.client("client-" + names)
                .with("GIT_SSL_CAINFO", authority.certificate().toString());
        String address = server.address(transport, name);
        git.ok("push", address, "main");
        return new Pushed(git, name, address);
    }

    private record Pushed(Git git, String name, String address) {}

    @ParameterizedTest(name = "{0} × clone")
    @ValueSource(strings = {"http", "https", "ssh"})
    void clone(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();

        git.in(shared).ok("clone", "-q", address, "clone-" + name);

        assertThat(Files.readString(shared.resolve("clone-" + name + "/hello.txt")))
                .isEqualTo("hello\n");
    }

    @ParameterizedTest(name = "{0} × shallow clone")
    @ValueSource(strings = {"http", "https", "ssh"})
    void shallowClone(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();
        git.commit("a.txt", "a");
        git.ok("push", address, "main");

        git.in(shared).ok("clone", "-q", "--depth", "1", address, "shallow-" + name);

        assertThat(git.in(shared.resolve("shallow-" + name)).ok("rev-list", "--count", "HEAD"))
                .isEqualTo("1");
    }

    @ParameterizedTest(name = "{0} × fetch")
    @ValueSource(strings = {"http", "https", "ssh"})
    void fetch(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();
        git.in(shared).ok("clone", "-q", address, "fetch-" + name);
        CommitId next = git.commit("a.txt", "a");
        git.ok("push", address, "main", "main:other");
        git.ok("push", address, ":other");

        Git clone = git.in(shared.resolve("fetch-" + name));
        clone.ok("fetch", "-q", "--prune");

        assertThat(clone.ok("rev-parse", "origin/main")).isEqualTo(next.hex());
    }

    @ParameterizedTest(name = "{0} × push")
    @ValueSource(strings = {"http", "https", "ssh"})
    void push(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();
        CommitId next = git.commit("noise.bin", Noise.text(3 << 20));

        git.ok("push", address, "main");

        assertThat(server.repository(name).branch("main")).contains(next);
    }

    @ParameterizedTest(name = "{0} × push rejected")
    @ValueSource(strings = {"http", "https", "ssh"})
    void pushRejected(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();
        CommitId first = git.head();
        CommitId theirs = git.commit("a.txt", "theirs");
        git.ok("push", address, "main");
        git.ok("reset", "-q", "--hard", first.hex());
        git.commit("a.txt", "ours");

        assertThat(git.fails("push", address, "main")).contains("rejected");
        assertThat(server.repository(name).branch("main")).contains(theirs);
    }

    @ParameterizedTest(name = "{0} × host key changed")
    @ValueSource(strings = {"https", "ssh"})
    void hostKeyChanged(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String name = pushed.name();
        String address = pushed.address();
        Path known = shared.resolve("known-" + name);
        String[] stranger =
                Files.readString(server.home.resolve("stranger.pub")).split(" ");
        Files.writeString(known, "[127.0.0.1]:%d %s %s%n".formatted(server.ssh().port(), stranger[0], stranger[1]));
        TestAuthority another = new TestAuthority(shared.resolve("another-" + name));
        git.with("GIT_SSL_CAINFO", another.certificate().toString())
                .with(
                        "GIT_SSH_COMMAND",
                        server.sshCommand("key")
                                .replace("StrictHostKeyChecking=no", "StrictHostKeyChecking=yes")
                                .replace("UserKnownHostsFile=/dev/null", "UserKnownHostsFile=" + known));

        assertThat(git.fails("ls-remote", address))
                .containsAnyOf("Host key verification failed", "certificate verification failed", "certificate");
    }

    @ParameterizedTest(name = "{0} × auth refused")
    @ValueSource(strings = {"http", "https", "ssh"})
    void authRefused(String transport) throws Exception {
        Pushed pushed = prepare(transport);
        Git git = pushed.git();
        String address = pushed.address();
        git.commit("a.txt", "a");
        git.with("GIT_SSH_COMMAND", server.sshCommand("stranger"));
        server.mayPush = false;
        try {
            assertThat(git.fails("push", address, "main")).containsAnyOf("Permission denied", "403");
        } finally {
            server.mayPush = true;
        }
    }
}
