package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.git.CommitId;

/// A real file system of a few megabytes under the data of a site. Only root may mount one.
@Timeout(120)
final class DiskFullIT {
    @TempDir
    Path folder;

    private Scene scene;
    private Path disk;

    @BeforeEach
    void begin() throws Exception {
        scene = new Scene(folder);
        disk = Files.createDirectory(folder.resolve("disk"));
        int mounted = run("mount", "-t", "tmpfs", "-o", "size=3m", "pinisi-test", disk.toString());
        assumeTrue(mounted == 0, "the disk that is full is not tested: mounting a tmpfs takes root");
    }

    @AfterEach
    void end() throws Exception {
        scene.close();
        // Lazily, as JGit's cache of repositories may hold a pack open for some time.
        run("umount", "-l", disk.toString());
    }

    private int run(String... command) throws IOException, InterruptedException {
        Process process = Author.start(folder, folder.resolve("printed"), List.of(command));
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("takes too long: " + List.of(command));
        }
        return process.exitValue();
    }

    private CommitId publishLarge(String text) throws Exception {
        byte[] noise = new byte[6 << 20];
        new Random(1).nextBytes(noise);
        Files.write(scene.author().copy().resolve("noise.bin"), noise);
        return scene.author().publish("index.html", text);
    }

    @Test
    void aFetchThatFindsNoRoomLeavesTheSiteAndSucceedsWhenThereIsRoomAgain() throws Exception {
        CommitId first = scene.author().publish("index.html", "one");
        GitDaemon daemon = scene.keep(GitDaemon.start(folder));
        Scene.Running site = scene.remote(daemon.url(), disk.resolve("data"));
        site.pull();
        CommitId second = publishLarge("two");
        for (int tries = 1; tries <= 3; tries++) {
            assertThat(site.pull().toString()).contains("no room left");
            assertThat(site.page("/")).isEqualTo("one");
            assertThat(site.shows(first)).isTrue();
            SourceStatus.Trouble trouble = site.status().trouble().orElseThrow();
            assertThat(trouble.reason()).contains("no room left");
        }
        assertThat(arriving()).isEmpty();
        assertThat(run("mount", "-o", "remount,size=64m", disk.toString())).isZero();
        assertThat(site.pull()).isEqualTo(new PullResult.Changed(second));
        assertThat(site.page("/")).isEqualTo("two");
        assertThat(site.status().trouble()).isEmpty();
    }

    @Test
    void aDiskWithoutASingleByteLeavesTheSiteToo() throws Exception {
        scene.author().publish("index.html", "one");
        GitDaemon daemon = scene.keep(GitDaemon.start(folder));
        Scene.Running site = scene.remote(daemon.url(), disk.resolve("data"));
        site.pull();
        Path filler = disk.resolve("filler");
        run("dd", "if=/dev/zero", "of=" + filler, "bs=4096");
        CommitId second = scene.author().publish("index.html", "two");
        assertThat(site.pull()).isInstanceOf(PullResult.Failed.class);
        assertThat(site.page("/")).isEqualTo("one");
        Files.delete(filler);
        assertThat(site.pull()).isEqualTo(new PullResult.Changed(second));
        assertThat(site.page("/")).isEqualTo("two");
    }

    private List<Path> arriving() throws IOException {
        try (Stream<Path> files = Files.list(disk.resolve("data/repository.git/incoming"))) {
            return files.toList();
        }
    }
}
