package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.api.io.TempDir;

class ScratchIT {
    @TempDir Path folder;
    void all(Remote remote, GitClient client) throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Git work = Git.repository(folder.resolve("work"), home);
        Path bare = remote.root().resolve("one.git");
        work.ok("init", "-q", "--bare", "-b", "main", bare.toString());
        work.ok("config", "-f", bare.resolve("config").toString(), "http.receivepack", "true");
        work.ok("push", bare.toString(), "main");
        for (int i = 0; i < 3; i++) { long t = System.nanoTime();
        System.out.println(client.list(remote.url("one.git")) + " " + (System.nanoTime() - t) / 1000000 + "ms"); }
        try (GitRepository c = client.clone(remote.url("one.git"), folder.resolve("c.git"), FetchOptions.DEFAULT)) {
            System.out.println(c.branches());
            CommitId next = work.commit("b.txt", "b".repeat(3000000));
            work.ok("push", bare.toString(), "main");
            System.out.println(client.fetch(c, remote.url("one.git"), List.of(RefMapping.BRANCHES), FetchOptions.DEFAULT));
            System.out.println(client.push(c, remote.url("one.git"), List.of(PushUpdate.forward("other", next))));
            System.out.println(client.list(remote.url("one.git")));
        }
        try (GitRepository c = client.clone(remote.url("one.git"), folder.resolve("s.git"), FetchOptions.DEFAULT.withDepth(1))) {
            System.out.println(c.branches());
        }
        for (String bad : List.of("two.git")) try { client.list(remote.url(bad)); } catch (GitException e) { System.out.println(e.kind() + " " + e.getMessage()); }
    }
    @Test
    void ssh() throws Exception {
        try (SshdRemote remote = new SshdRemote(Files.createDirectories(folder.resolve("d")));
              GitClient client = GitClient.builder().hostKeys(HostKeys.known(remote.knownHosts("host_rsa"))).identities(new SshIdentity.KeyFile(remote.file("client"))).build()) {
            all(remote, client);
            for (HostKeys keys : List.of(HostKeys.known(), HostKeys.known(remote.knownHosts("client")), HostKeys.pinned("SHA256:" + "a".repeat(43)), HostKeys.pinned("rsa:" + "a".repeat(43)), HostKeys.pinned("ecdsa:" + "a".repeat(43))))
            try (GitClient other = GitClient.builder().hostKeys(keys).build()) { other.list(remote.url("one.git")); } catch (GitException e) { System.out.println(e.kind() + " " + e.getMessage()); }
            try (GitClient other = GitClient.builder().hostKeys(HostKeys.unchecked()).identities(new SshIdentity.KeyFile(remote.file("stranger"))).build()) { other.list(remote.url("one.git")); } catch (GitException e) { System.out.println(e.kind() + " " + e.getMessage()); }
            try (GitClient other = GitClient.builder().hostKeys(HostKeys.unchecked()).build()) { other.list(remote.url("one.git")); } catch (GitException e) { System.out.println(e.kind() + " " + e.getMessage()); }
        }
    }
    @Test
    void http() throws Exception {
        try (NginxRemote remote = new NginxRemote(Files.createDirectories(folder.resolve("d")), Optional.empty()); GitClient client = GitClient.create()) {
            all(remote, client);
            for (RemoteUrl url : List.of(remote.url("tester:right@", "private", "one.git"), remote.url("tester:wrong@", "private", "one.git"), remote.url("", "private", "one.git"), remote.url("", "moved", "one.git"), remote.url("", "elsewhere", "one.git"), remote.url("", "page", "one.git"), remote.url("", "broken", "one.git")))
            try { System.out.println(client.list(url)); } catch (GitException e) { System.out.println(e.kind() + " " + e.getMessage()); }
        }
    }
}
