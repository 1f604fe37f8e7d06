package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/// Pushes that are refused: the pusher reads why, and nothing has changed.
final class RefusedPushIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final int LARGEST_FILE_MEBIBYTES = 100;

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void aBrokenPinisiYamlIsRefusedWithFileLineAndColumn() {
        Repository app = running.liveNode("yaml");
        String before = branch("yaml");
        int runs = newestRun("yaml");
        app.write("pinisi.yaml", "env:\n  A: 1\nmemroy: 5\n").commit("misspelt");

        Shell.Result push = app.push(running.pinisi().git("yaml"), "main");

        assertThat(push.code()).isEqualTo(1);
        assertThat(push.output())
                .contains("pinisi.yaml:3:1: unknown key 'memroy'")
                .contains("did you mean memory?")
                .contains("[remote rejected] main -> main");
        assertThat(branch("yaml")).isEqualTo(before);
        assertThat(newestRun("yaml")).isEqualTo(runs);
        assertThat(running.get("yaml").body()).isEqualTo("v1");
    }

    @Test
    void aRepositoryMadeByARefusedPushDisappearsAgain() {
        Repository app = TestApp.node(running.folder())
                .write("pinisi.yaml", "health: [1]\n")
                .commit("broken");

        running.push(app, "refused");

        assertThat(running.pinisi().data().resolve("git/refused.git")).doesNotExist();
        assertThat(running.pinisi().run("apps").output()).doesNotContain("refused");
    }

    @Test
    void aRefusedPushTakesNoBranchAlong() {
        Repository app = running.liveNode("all");
        app.git("checkout", "-q", "-b", "fine");
        app.write("fine.txt", "fine").commit("fine");
        app.git("checkout", "-q", "main");
        app.write("pinisi.yaml", "env: 3\n").commit("broken");

        String said = running.push(app, "all", "main", "fine");

        assertThat(said).contains("pinisi.yaml of main has a problem");
        assertThat(running.pinisi().data().resolve("git/all.git/refs/heads/fine"))
                .doesNotExist();
    }

    @Test
    void anEmptyRepositoryHasNothingToPush() {
        Repository empty = Repository.init(running.folder());

        Shell.Result push = empty.push(running.pinisi().git("empty"), "main");

        assertThat(push.code()).isEqualTo(1);
        assertThat(push.output()).contains("src refspec main does not match any");
        assertThat(running.pinisi().run("apps").output()).doesNotContain("empty");
    }

    @Test
    void aPushThatWouldLoseCommitsIsRefused() {
        Repository app = running.liveNode("rewritten");
        running.push(TestApp.version(app, 1, 2), "rewritten");
        app.git("reset", "-q", "--hard", "HEAD~1");
        app.write("other.txt", "other").commit("another way");

        Shell.Result push = app.push(running.pinisi().git("rewritten"), "main");

        assertThat(push.code()).isEqualTo(1);
        assertThat(push.output()).contains("[rejected]");
        assertThat(running.get("rewritten").body()).isEqualTo("v2");
    }

    @Test
    void aForcedPushThatLosesCommitsIsDeployed() {
        Repository app = running.liveNode("forced");
        running.push(TestApp.version(app, 1, 2), "forced");
        app.git("reset", "-q", "--hard", "HEAD~1");
        app.write("other.txt", "other").commit("another way");

        String said = running.push(app, "forced", "--force", "main");

        assertThat(PushIT.lines(said).getLast()).startsWith("live ");
        assertThat(running.get("forced").body()).isEqualTo("v1");
    }

    @Test
    void aNameThatCannotBeAHostNameIsRefused() {
        Repository app = TestApp.node(running.folder());

        Shell.Result push = app.push(running.pinisi().git("No_Name"), "main");

        assertThat(push.code()).isNotZero();
        assertThat(push.output()).containsIgnoringCase("name");
    }

    /// The 1 GB file would be refused for the same reason; the limit is 100 MiB for one file.
    @Test
    void aFileBeyondTheLimitIsRefusedAndLeavesNothing() {
        Repository app = running.liveNode("big");
        String before = branch("big");
        noise(app.folder().resolve("big.bin"), LARGEST_FILE_MEBIBYTES + 1);
        app.git("config", "core.compression", "0");
        app.git("config", "core.bigFileThreshold", "1m");
        app.commit("big");

        Shell.Result push = app.push(running.pinisi().git("big"), "main");

        assertThat(push.code()).isNotZero();
        assertThat(push.output()).containsPattern("(?i)too (big|large)|limit|larger than|more than");
        assertThat(branch("big")).isEqualTo(before);
        assertThat(running.get("big").body()).isEqualTo("v1");
        assertThat(size(running.pinisi().data().resolve("git/big.git"))).isLessThan(MEBIBYTE);
    }

    @Test
    void aStrangersKeyIsRefusedOverSsh() {
        Repository app = running.liveNode("stranger");
        Path key = newKey("stranger");

        Shell.Result push = overSsh(TestApp.version(app, 1, 2), "stranger", key);

        assertThat(push.code()).isNotZero();
        assertThat(push.output()).contains("Permission denied");
        assertThat(running.get("stranger").body()).isEqualTo("v1");
    }

    @Test
    void aKeyOfTheListMayPushOverSsh() throws IOException {
        Path key = newKey("friend");
        Files.writeString(
                running.pinisi().data().resolve("ssh/authorized_keys"),
                Files.readString(Path.of(key + ".pub")),
                StandardOpenOption.APPEND);

        Shell.Result push = overSsh(TestApp.node(running.folder()), "friend", key);

        assertThat(push.code()).isZero();
        assertThat(PushIT.lines(push.output()).getFirst()).startsWith("friend  new app ");
        assertThat(PushIT.lines(push.output()).getLast()).startsWith("live ");
        assertThat(running.get("friend").body()).isEqualTo("v1");
    }

    private static Path newKey(String name) {
        Path key = running.folder().resolveSibling("key-" + name);
        List<String> command = List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.toString());
        Shell.run(running.folder().resolveSibling("."), Map.of(), Duration.ofSeconds(30), command)
                .orFail(command);
        return key;
    }

    private static Shell.Result overSsh(Repository repository, String app, Path key) {
        repository.git(
                "config",
                "core.sshCommand",
                "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no"
                        + " -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i " + key);
        return repository.push(running.pinisi().ssh(app), "main");
    }

    private static String branch(String app) {
        try {
            return Files.readString(running.pinisi().data().resolve("git/" + app + ".git/refs/heads/main"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int newestRun(String app) {
        String apps = running.pinisi().run("apps", "--json").output();
        return JsonMapper.shared()
                .readTree(apps)
                .valueStream()
                .filter(view -> view.get("name").asString().equals(app))
                .mapToInt(view -> view.get("lastRun").get("id").asInt())
                .findFirst()
                .orElse(0);
    }

    /// Random bytes, since a delta or a compressed file would be small.
    private static void noise(Path file, int mebibytes) {
        Random random = new Random(42);
        byte[] piece = new byte[MEBIBYTE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long size(Path folder) {
        List<String> command = List.of("du", "-sb", folder.toString());
        String said = Shell.run(folder, Map.of(), Duration.ofSeconds(30), command)
                .orFail(command)
                .output();
        return Long.parseLong(said.split("\t")[0]);
    }
}
