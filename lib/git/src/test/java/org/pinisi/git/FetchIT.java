package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clones and fetches of the real git client, over HTTP and SSH, by the old and the new protocol.
class FetchIT {
    @TempDir
    Path folder;

    private GitServer server;
    private Git git;

    @BeforeEach
    void start() throws Exception {
        server = new GitServer(folder, GitLimits.DEFAULT);
        git = server.client("one");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"http,0", "http,1", "http,2", "ssh,0", "ssh,1", "ssh,2"})
    void aCloneHasAllThatWasPushed(String transport, String version) throws Exception {
        String address = server.address(transport, "one");
        git.ok("push", address, "main");

        git.ok(
                "-c",
                "protocol.version=" + version,
                "clone",
                "-q",
                address,
                folder.resolve("copy").toString());

        Git copy = git.in(folder.resolve("copy"));
        assertThat(copy.head()).isEqualTo(git.head());
        assertThat(copy.ok("fsck", "--strict")).isEmpty();
        assertThat(copy.ok("branch", "--show-current")).isEqualTo("main");
    }

    @ParameterizedTest
    @CsvSource({"http,0", "http,2", "ssh,0", "ssh,2"})
    void aFetchBringsWhatIsNew(String transport, String version) throws Exception {
        String address = server.address(transport, "one");
        git.ok("push", address, "main");
        git.ok("clone", "-q", address, folder.resolve("copy").toString());
        CommitId newest = git.commit("more.txt", "more\n");
        git.ok("push", address, "main");

        git.in(folder.resolve("copy")).ok("-c", "protocol.version=" + version, "pull", "-q");

        assertThat(git.in(folder.resolve("copy")).head()).isEqualTo(newest);
    }

    @ParameterizedTest
    @CsvSource({"http,0", "http,2", "ssh,0", "ssh,2"})
    void aShallowCloneHasTheNewestCommitOnly(String transport, String version) throws Exception {
        String address = server.address(transport, "one");
        git.commit("more.txt", "more\n");
        git.ok("push", address, "main");

        git.ok(
                "-c",
                "protocol.version=" + version,
                "clone",
                "-q",
                "--depth=1",
                address,
                folder.resolve("copy").toString());

        assertThat(git.in(folder.resolve("copy")).ok("rev-list", "--count", "HEAD"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aShallowCloneCanPush(String transport) throws Exception {
        String address = server.address(transport, "one");
        git.commit("more.txt", "more\n");
        git.ok("push", address, "main");
        git.ok("clone", "-q", "--depth=1", address, folder.resolve("copy").toString());
        CommitId newest = git.in(folder.resolve("copy")).commit("third.txt", "third\n");

        git.in(folder.resolve("copy")).ok("push", address, "HEAD:main");

        assertThat(server.repository("one").branch("main")).contains(newest);
        assertThat(server.repository("one").commit(newest).parents()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void anEmptyRepositoryCanBeCloned(String transport) throws Exception {
        server.store.create(new RepositoryName("one"));

        git.ok("clone", server.address(transport, "one"), folder.resolve("copy").toString());

        git.in(folder.resolve("copy")).fails("rev-parse", "--verify", "-q", "HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aFetchOfAnUnknownRepositoryMakesNone(String transport) throws Exception {
        String printed = git.fails("ls-remote", server.address(transport, "unknown"));

        assertThat(printed).containsAnyOf("not found", "There is no repository unknown yet");
        assertThat(server.store.list()).isEmpty();
        assertThat(folder.resolve("store/unknown.git")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ssh"})
    void aNegotiationOfManyCommitsWorks(String transport) throws Exception {
        String address = server.address(transport, "one");
        git.ok("push", address, "main");
        git.ok("clone", "-q", address, folder.resolve("copy").toString());
        for (int i = 0; i < 40; i++) {
            git.in(folder.resolve("copy")).ok("commit", "-q", "--allow-empty", "-m", "local " + i);
        }
        CommitId newest = git.commit("more.txt", "more\n");
        git.ok("push", address, "main");

        git.in(folder.resolve("copy")).ok("fetch", "-q");

        assertThat(git.in(folder.resolve("copy")).ok("rev-parse", "origin/main"))
                .isEqualTo(newest.hex());
    }
}
