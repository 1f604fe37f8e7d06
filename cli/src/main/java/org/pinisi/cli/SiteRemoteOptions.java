package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.RemoteUrl;
import org.pinisi.site.SiteOrigin;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Where the commits of `pinisi site` come from, and who it says it is there.
final class SiteRemoteOptions {
    @Option(
            names = "--remote",
            required = true,
            paramLabel = "URL#BRANCH",
            description =
                    "The repository and branch to serve: ssh://, user@host:path, git://, http(s):// or a folder on this"
                            + " machine. Without #BRANCH, main.")
    private String remote = "";

    @Option(
            names = "--poll",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Amounts.Time.class,
            description = "How often to look for a newer commit; 0 is never, then only the hook makes it look (default:"
                    + " ${DEFAULT-VALUE}). A folder on this machine is also watched.")
    private Duration poll = Duration.ofMinutes(1);

    @Mixin
    private GitAccessOptions access = new GitAccessOptions();

    Duration poll() {
        return poll;
    }

    /// The branch that is asked for.
    ///
    /// @throws org.pinisi.git.GitException when there cannot be such a one
    RemoteBranch branch() {
        return RemoteBranch.parse(remote);
    }

    /// Opens it. A repository on this machine is read where it lies, others are fetched into `folder`.
    ///
    /// @param wholeHistory whether older commits are wanted too
    /// @throws org.pinisi.git.GitException when a flag cannot be used, saying what was expected
    SiteOrigin open(RemoteBranch branch, Path folder, boolean wholeHistory) throws IOException, InterruptedException {
        return branch.url().scheme() == RemoteUrl.Scheme.FILE
                ? SiteOrigin.local(Path.of(branch.url().path()), branch.branch())
                : SiteOrigin.remote(access.client(), branch, folder, wholeHistory);
    }
}
