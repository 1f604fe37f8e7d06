package org.pinisi.git;

import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.api.io.TempDir;

class ScratchIT {
    @TempDir
    Path folder;

    @Test
    void daemon() throws Exception {
        try (DaemonRemote remote = new DaemonRemote(Files.createDirectories(folder.resolve("d")));
                GitClient client = GitClient.create()) {
            Path home = Files.createDirectories(folder.resolve("home"));
            Git work = Git.repository(folder.resolve("work"), home);
            work.ok(
                    "init",
                    "-q",
                    "--bare",
                    "-b",
                    "main",
                    remote.root().resolve("one.git").toString());
            work.ok("push", remote.url("one.git").toString(), "main");
            System.out.println(client.list(remote.url("one.git")));
            try (GitRepository c = client.clone(remote.url("one.git"), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
                System.out.println(c.branches());
                CommitId next = work.commit("b.txt", "b");
                work.ok("push", remote.url("one.git").toString(), "main");
                System.out.println(
                        client.fetch(c, remote.url("one.git"), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT));
                System.out.println(c.file(next, "b.txt", 10).map(String::new));
                System.out.println(client.push(c, remote.url("one.git"), List.of(PushUpdate.forward("other", next))));
                System.out.println(client.list(remote.url("one.git")));
            }
            try (GitRepository c =
                    client.clone(remote.url("one.git"), folder.resolve("s.git"), FetchOptions.DEFAULT.withDepth(1))) {
                System.out.println(c.branches());
                CommitId next = work.commit("c.txt", "b");
                work.ok("push", remote.url("one.git").toString(), "main");
                System.out.println(client.fetch(
                        c, remote.url("one.git"), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT.withDepth(1)));
                System.out.println(Files.readString(folder.resolve("s.git/shallow")));
                System.out.println(work.in(folder.resolve("s.git")).ok("fsck", "--full"));
                System.out.println(work.in(folder.resolve("s.git")).ok("log", "--all", "--oneline"));
            }
            try (GitRepository c = client.clone(
                    RemoteUrl.file(remote.root().resolve("one.git")), folder.resolve("l.git"), FetchOptions.DEFAULT)) {
                System.out.println(c.branches());
            }
            for (String bad : List.of("two.git", "x"))
                try {
                    client.list(remote.url(bad));
                } catch (GitException e) {
                    System.out.println(e.kind() + " " + e.getMessage());
                }
            try {
                client.list(RemoteUrl.file(folder));
            } catch (GitException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            try {
                client.list(RemoteUrl.parse("git://127.0.0.1:1/x"));
            } catch (GitException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
        }
    }
}
