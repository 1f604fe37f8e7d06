package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program that writes is killed at random moments (SIGKILL): every change is there as a whole or not
/// at all, and each that was said to be made is there.
class StoreCrashIT {
    private static final int KILLS = 6;
    private static final long SEED = 20261121;

    @TempDir
    Path folder;

    @Test
    void aKilledWriterLeavesTheStoreAsItWasBeforeOrAsItIsAfter() throws Exception {
        Disk.measure(folder);
        Path place = folder.resolve("store.git");
        GitRepository.init(place).close();
        Git git = new Git(place, Files.createDirectory(folder.resolve("home")));
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            int told = writeUntilKilled(place, 2 + random.nextInt(4), random.nextInt(120));

            assertThat(valueOfAllKeys(place)).as("kill %d", kill).isBetween(told, told + 1);
            git.ok("fsck", "--full", "--strict", "--no-dangling");
        }
    }

    /// @return the number that was printed last
    private int writeUntilKilled(Path place, int lines, int millis) throws Exception {
        Path printed = Files.createTempFile(folder, "writer", ".out");
        Path log = Files.createTempFile(folder, "writer", ".log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreWriter.class.getName(),
                        place.toString()))
                .redirectOutput(printed.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                assertThat(process.isAlive()).as(() -> read(log)).isTrue();
                return numbers(printed).size() >= lines;
            });
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return numbers(printed).getLast();
    }

    /// Those whose line is whole.
    private static List<Integer> numbers(Path printed) {
        String text = read(printed);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Integer::parseInt)
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int valueOfAllKeys(Path place) {
        try (GitRepository repository = GitRepository.open(place);
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.system())) {
            StoreSnapshot snapshot = store.snapshot();
            byte[] first = snapshot.get(StoreWriter.key(0)).orElseThrow();
            for (int i = 1; i < StoreWriter.KEYS; i++) {
                assertThat(snapshot.get(StoreWriter.key(i))).contains(first);
            }
            // Still a store that takes changes.
            store.set(StoreWriter.AUTHOR, "After the crash", new StoreKey("after/" + new String(first, UTF_8)), first);
            return Integer.parseInt(new String(first, UTF_8));
        }
    }
}
