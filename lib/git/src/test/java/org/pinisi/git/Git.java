package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// The real git client, cut off from the configuration of this machine's user.
final class Git {
    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Path home;
    private final Map<String, String> environment = new TreeMap<>();

    Git(Path folder, Path home) {
        this.folder = folder;
        this.home = home;
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("PATH", System.getenv("PATH"));
    }

    record Result(int code, String text) {}

    Git with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Git in(Path other) {
        Git git = new Git(other, home);
        git.environment.putAll(environment);
        return git;
    }

    Path folder() {
        return folder;
    }

    /// Runs git and returns what it printed; the test fails when git does.
    String ok(String... arguments) throws Exception {
        Result result = run(arguments);
        assertThat(result.code())
                .as(String.join(" ", arguments) + "\n" + result.text())
                .isZero();
        return result.text().strip();
    }

    /// Runs git and returns what it printed; the test fails when git does not.
    String fails(String... arguments) throws Exception {
        Result result = run(arguments);
        assertThat(result.code())
                .as(String.join(" ", arguments) + "\n" + result.text())
                .isNotZero();
        return result.text();
    }

    Result run(String... arguments) throws Exception {
        Path printed = Files.createTempFile(home, "git", ".out");
        Process process = start(printed, arguments);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("git takes too long: " + Files.readString(printed, UTF_8));
        }
        return new Result(process.exitValue(), Files.readString(printed, UTF_8));
    }

    /// Starts git; what it prints appears in `printed` as it comes.
    Process start(Path printed, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("git", "-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "gc.auto=0"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Makes a repository with one commit on `main` holding one file.
    static Git repository(Path folder, Path home) throws Exception {
        Files.createDirectories(folder);
        Git git = new Git(folder, home);
        git.ok("init", "-q", "-b", "main");
        git.commit("hello.txt", "hello\n");
        return git;
    }

    /// Commits a file and returns the commit.
    CommitId commit(String file, String contents) throws Exception {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, contents);
        ok("add", "--", file);
        ok("commit", "-q", "-m", "Change " + file);
        return head();
    }

    CommitId head() throws Exception {
        return new CommitId(ok("rev-parse", "HEAD"));
    }
}
