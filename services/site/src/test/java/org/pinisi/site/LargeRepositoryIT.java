package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repository of 1.2 GB, served whole by a program with 64 MB of heap.
final class LargeRepositoryIT {
    private static final int SMALL = 6_000;
    private static final int LARGE = 60;
    private static final int LARGE_BYTES = 20 << 20;
    private static final long PATIENCE_SECONDS = 240;
    private static final Pattern FIGURE = Pattern.compile("([a-z]+)=([0-9]+)");

    @TempDir
    Path folder;

    @Test
    void aSmallHeapServesARepositoryTwentyTimesItsSize() throws Exception {
        Path bare = folder.resolve("large.git");
        git("init", "-q", "--bare", "-b", "main", bare.toString());
        fill(bare);
        String commit = git("--git-dir=" + bare, "rev-parse", "main");

        String report = serve(bare, commit);

        assertThat(figure(report, "answers")).isGreaterThan(SMALL - LARGE);
        assertThat(figure(report, "megabytes")).isGreaterThan(1200);
        assertThat(figure(report, "memory")).isLessThanOrEqualTo(16 << 20);
        assertThat(figure(report, "disk")).isLessThanOrEqualTo(256 << 20);
        assertThat(figure(report, "resident")).isLessThanOrEqualTo(300);
    }

    private static long figure(String report, String name) {
        return FIGURE.matcher(report)
                .results()
                .filter(figure -> figure.group(1).equals(name))
                .map(MatchResult::group)
                .map(text -> Long.parseLong(text.substring(text.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + report));
    }

    private String serve(Path bare, String commit) throws Exception {
        Path printed = folder.resolve("small-heap.out");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-Dio.netty.maxDirectMemory=67108864",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.pinisi.site.SmallHeap",
                        bare.toString(),
                        commit,
                        folder.resolve("cache").toString(),
                        "" + SMALL,
                        "" + LARGE))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String report = Files.readString(printed);
        assertThat(process.waitFor()).as(report).isZero();
        return report;
    }

    /// Numbers for the small files, which compress and are kept as differences; noise for the large
    /// ones.
    private void fill(Path bare) throws Exception {
        Process importing = new ProcessBuilder(
                        "git",
                        "-c",
                        "core.compression=0",
                        "-c",
                        "core.bigFileThreshold=1m",
                        "--git-dir=" + bare,
                        "fast-import",
                        "--quiet")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("import.out").toFile())
                .start();
        Random random = new Random(1);
        try (OutputStream out = new BufferedOutputStream(importing.getOutputStream(), 1 << 20)) {
            line(out, "commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 1\n.\n");
            for (int i = 0; i < SMALL; i++) {
                byte[] text = ("file " + i + "\n").repeat(20 + i % 400).getBytes(US_ASCII);
                file(out, "small/" + i % 100 + "/" + i + ".txt", text);
            }
            byte[] noise = new byte[LARGE_BYTES];
            random.nextBytes(noise);
            for (int i = 0; i < LARGE; i++) {
                // Every block differs, so that no large file is a difference of another.
                for (int at = 0; at < noise.length; at += 13) {
                    noise[at] += (byte) (i + 1);
                }
                file(out, "large/" + i + ".bin", noise);
            }
        }
        assertThat(importing.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(importing.exitValue())
                .as(Files.readString(folder.resolve("import.out")))
                .isZero();
    }

    private static void file(OutputStream out, String name, byte[] contents) throws IOException {
        line(out, "M 100644 inline " + name + "\ndata " + contents.length + "\n");
        out.write(contents);
        line(out, "\n");
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
    }

    private String git(String... arguments) throws Exception {
        Path printed = folder.resolve("git.out");
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = Author.start(folder, printed, command);
        assertThat(process.waitFor()).as(command + Files.readString(printed)).isZero();
        return Files.readString(printed).strip();
    }
}
