package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.pinisi.git.CommitId;

/// Somebody with a working copy, who commits and pushes by the real git, cut off from the configuration of this
/// machine's user.
final class Author {
    private static final long PATIENCE_SECONDS = 60;

    private final Path copy;
    private final Path bare;

    private Author(Path copy, Path bare) {
        this.copy = copy;
        this.bare = bare;
    }

    /// Makes an empty bare repository `site.git` in the folder, and a working copy beside it.
    static Author begin(Path folder) throws IOException, InterruptedException {
        Path bare = folder.resolve("site.git");
        Author author = new Author(Files.createDirectories(folder.resolve("copy")), bare);
        author.git("init", "-q", "--bare", "-b", "main", bare.toString());
        author.git("init", "-q", "-b", "main");
        author.git("remote", "add", "origin", bare.toString());
        return author;
    }

    Path bare() {
        return bare;
    }

    Path copy() {
        return copy;
    }

    /// Writes names and contents in turn.
    Author write(String... namesAndContents) throws IOException {
        for (int i = 0; i < namesAndContents.length; i += 2) {
            Path file = copy.resolve(namesAndContents[i]);
            Files.createDirectories(file.getParent());
            Files.writeString(file, namesAndContents[i + 1]);
        }
        return this;
    }

    Author remove(String... names) throws IOException, InterruptedException {
        for (String name : names) {
            git("rm", "-q", "-r", name);
        }
        return this;
    }

    CommitId commit() throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", "change");
        return new CommitId(git("rev-parse", "HEAD"));
    }

    /// Writes, commits and pushes to the branch `main`.
    CommitId publish(String... namesAndContents) throws IOException, InterruptedException {
        write(namesAndContents);
        CommitId commit = commit();
        push();
        return commit;
    }

    void push() throws IOException, InterruptedException {
        git("push", "-q", "--force", "origin", "HEAD:refs/heads/main");
    }

    /// Runs git in the working copy and returns what it printed.
    ///
    /// @throws IllegalStateException when git fails
    String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "core.symlinks=true", "-c", "gc.auto=0"));
        command.addAll(List.of(arguments));
        Path printed = Files.createTempFile("git", ".out");
        try {
            Process process = start(copy, printed, command);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("git takes too long: " + command);
            }
            String text = Files.readString(printed, UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + text);
            }
            return text;
        } finally {
            Files.delete(printed);
        }
    }

    /// Starts a program with nothing of this user's in its environment.
    static Process start(Path folder, Path printed, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", path,
                        "HOME", "/nonexistent",
                        "LC_ALL", "C.UTF-8",
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_AUTHOR_NAME", "Author",
                        "GIT_AUTHOR_EMAIL", "author@example.org",
                        "GIT_COMMITTER_NAME", "Author",
                        "GIT_COMMITTER_EMAIL", "author@example.org"));
        return builder.start();
    }
}
