package org.pinisi.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Environment and secrets: the app sees them, and nobody sees a secret.
final class SettingsIT {
    private static final String SECRET = "hunter2-and-the-seven-sails";
    /// Of an app that prints it, so that its own console file has it.
    private static final String PRINTED = "hunter3-and-the-two-masts";

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void aVariableIsSeenByTheAppOnceItIsSet() {
        showing("seen", "process.env.MOOD");

        Shell.Result set = running.pinisi().run("env", "set", "seen", "MOOD=calm sea = 3");

        assertThat(set.code()).as(set.output()).isZero();
        assertThat(set.output()).contains("live ");
        assertThat(running.get("seen").body()).isEqualTo("calm sea = 3");
    }

    @Test
    void aVariableThatIsUnsetIsGone() {
        showing("unset", "process.env.MOOD || 'none'");
        running.pinisi().run("env", "set", "unset", "MOOD=calm");

        running.pinisi().run("env", "unset", "unset", "MOOD");

        assertThat(running.get("unset").body()).isEqualTo("none");
        assertThat(running.pinisi().run("env", "list", "unset").output()).isEmpty();
    }

    @Test
    void variablesAreListedWithTheirValues() {
        showing("listed", "process.env.B");
        running.pinisi().run("env", "set", "--no-wait", "listed", "B=2", "A=1");

        assertThat(running.pinisi().run("env", "list", "listed").output()).isEqualTo("A=1\nB=2\n");
        assertThat(running.pinisi().run("env", "list", "--json", "listed").output())
                .contains("\"name\":\"A\"")
                .contains("\"value\":\"1\"");
    }

    @Test
    void ourVariableWinsOverTheFiles() {
        Repository app = showing("wins", "process.env.MOOD");
        running.push(app.write("pinisi.yaml", "env: {MOOD: from the file}\n").commit("file"), "wins");
        assertThat(running.get("wins").body()).isEqualTo("from the file");

        running.pinisi().run("env", "set", "wins", "MOOD=from the command");

        assertThat(running.get("wins").body()).isEqualTo("from the command");
    }

    @Test
    void aNameThatIsNoneOfAVariableIsRefused() {
        showing("named", "'fine'");

        Shell.Result set = running.pinisi().run("env", "set", "named", "1-ST=x");

        assertThat(set.code()).isEqualTo(1);
        assertThat(set.output()).contains("1-ST");
        assertThat(running.get("named").body()).isEqualTo("fine");
    }

    @Test
    void thePortIsNotOursToSet() {
        showing("port", "'fine'");

        Shell.Result set = running.pinisi().run("env", "set", "port", "PORT=80");

        assertThat(set.code()).isEqualTo(1);
        assertThat(set.output()).contains("PORT");
    }

    @Test
    void aSecretIsSeenByTheAppAndByNobodyElse() throws IOException {
        Repository app = showing("quiet", "process.env.TOKEN === '" + SECRET.replace("-", "' + '-' + '") + "'");

        Shell.Result set = running.pinisi().runWith(SECRET + "\n", "secret", "set", "quiet", "TOKEN");

        assertThat(set.code()).as(set.output()).isZero();
        assertThat(running.get("quiet").body()).isEqualTo("true");
        running.push(app.write("again.txt", "again").commit("again"), "quiet");
        assertThat(running.get("quiet").body()).isEqualTo("true");
        assertNowhere("quiet", set.output());
    }

    @Test
    void aSecretThatAFailingAppPrintsIsNotRepeatedToThePusher() {
        Repository app = showing("loud", "'fine'");
        running.pinisi().runWith(PRINTED + "\n", "secret", "set", "loud", "TOKEN");
        app.replace("server.js", "const version", "throw new Error('my token is ' + process.env.TOKEN)\nconst version")
                .commit("prints its secret");

        String said = running.push(app, "loud");

        assertThat(said).contains("my token is •••").doesNotContain(PRINTED);
        assertThat(running.pinisi().run("apps", "--json").output()).doesNotContain(PRINTED);
        assertThat(running.pinisi().run("deploy", "loud").output()).doesNotContain(PRINTED);
        for (String page : pages("loud")) {
            assertThat(running.page(page).body()).as(page).doesNotContain(PRINTED);
        }
    }

    @Test
    void secretsAreListedByNameAlone() {
        showing("names", "'fine'");
        running.pinisi().runWith(SECRET + "\n" + SECRET + "\n", "secret", "set", "names", "TWO", "ONE");

        assertThat(running.pinisi().run("secret", "list", "names").output()).isEqualTo("ONE\nTWO\n");
        assertThat(running.pinisi().run("env", "list", "names").output()).isEmpty();
    }

    @Test
    void aSecretThatIsUnsetIsGone() {
        showing("forgotten", "process.env.TOKEN || 'none'");
        running.pinisi().runWith(SECRET + "\n", "secret", "set", "forgotten", "TOKEN");
        assertThat(running.get("forgotten").body()).isEqualTo(SECRET);

        running.pinisi().run("secret", "unset", "forgotten", "TOKEN");

        assertThat(running.get("forgotten").body()).isEqualTo("none");
        assertThat(running.pinisi().run("secret", "list", "forgotten").output()).isEmpty();
    }

    @Test
    void anAppThatIsNotThereIsExitCode4() {
        Shell.Result set = running.pinisi().run("env", "set", "nobody", "A=1");

        assertThat(set.code()).isEqualTo(4);
        assertThat(set.output()).contains("nobody");
    }

    private static Repository showing(String app, String expression) {
        Repository repository = TestApp.node(running.folder())
                .replace("server.js", "const version = 'v1'", "const version = String(" + expression + ")")
                .commit("shows");
        PushesUnderLoad.live(repository.push(running.pinisi().git(app), "main"));
        return repository;
    }

    private static void assertNowhere(String app, String said) throws IOException {
        assertThat(said).doesNotContain(SECRET);
        assertThat(filesWith(running.pinisi().data())).isEmpty();
        assertThat(titlesWith()).isEmpty();
        for (String command : List.of("apps", "status", "doctor")) {
            assertThat(running.pinisi().run(command, "--json").output()).doesNotContain(SECRET);
        }
        for (List<String> command : List.of(
                List.of("releases", "--json", app), List.of("secret", "list", "--json", app), List.of("logs", app))) {
            assertThat(running.pinisi().run(command.toArray(String[]::new)).output())
                    .doesNotContain(SECRET);
        }
        for (String page : pages(app)) {
            assertThat(running.page(page).body()).as(page).doesNotContain(SECRET);
        }
    }

    private static List<String> pages(String app) {
        List<String> pages = new ArrayList<>(List.of("/", "/apps/" + app));
        for (int run = 1; run < 30; run++) {
            pages.add("/runs/" + run);
        }
        return pages;
    }

    private static List<Path> filesWith(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(SettingsIT::holds).toList();
        }
    }

    private static List<Path> titlesWith() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(process -> process.resolve("cmdline"))
                    .filter(Files::isReadable)
                    .filter(SettingsIT::holds)
                    .toList();
        }
    }

    private static boolean holds(Path file) {
        try {
            return Files.readString(file, ISO_8859_1).contains(SECRET);
        } catch (IOException gone) {
            // A process that ended while we looked has no title any more.
            return false;
        }
    }
}
