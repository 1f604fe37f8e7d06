package org.pinisi.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the commits of `pinisi site` come from, and who it says it is there.
final class SiteRemoteOptions {
    @Option(
            names = "--remote",
            required = true,
            paramLabel = "URL#BRANCH",
            description = "The repository and branch to serve: ssh://, user@host:path, git://, http(s):// or a folder on this"
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

    @Option(
            names = "--ssh-key",
            paramLabel = "KEY",
            description = "Who we are over SSH: rsa:SEED, ed25519:BASE64, env:VARIABLE that holds one of these, or a key file."
                    + " See `pinisi key`. What stands on a command line can be read by other users of the machine.")
    private Optional<String> sshKey = Optional.empty();

    @Option(
            names = "--ssh-password",
            paramLabel = "WHERE",
            description = "The password over SSH: env:VARIABLE, or file:PATH.")
    private Optional<String> sshPassword = Optional.empty();

    @Option(
            names = "--ssh-authenticator",
            paramLabel = "FINGERPRINT",
            description = "The only host key to trust over SSH, as SHA256:BASE64. Without it, known_hosts decides.")
    private Optional<String> sshAuthenticator = Optional.empty();

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            defaultValue = "${sys:user.home}/.ssh/known_hosts",
            description = "The host keys to trust over SSH (default: ~/.ssh/known_hosts).")
    private Path knownHosts = Path.of("known_hosts");

    @Option(
            names = "--tls-authenticator",
            paramLabel = "PIN",
            description = "What to trust over https instead of the system's certificates: key-fp:sha256:BASE64,"
                    + " cert-fp:sha256:BASE64 or trust-anchor:BASE64.")
    private Optional<String> tlsAuthenticator = Optional.empty();

    @Option(
            names = "--http-headers",
            paramLabel = "NAME:VALUE",
            split = ",",
            description = "More fields for requests over http(s), such as a token; env:VARIABLE takes them from there. May be"
                    + " repeated.")
    private List<String> httpHeaders = new ArrayList<>();

    @Option(
            names = "--max-blob",
            paramLabel = "SIZE",
            defaultValue = "100M",
            converter = Amounts.Size.class,
            description = "The largest file to take from the repository (default: ${DEFAULT-VALUE}); a commit with a larger"
                    + " one is not shown.")
    private long maxBlob = 100L << 20;

    @Option(
            names = "--max-fetch",
            paramLabel = "SIZE",
            defaultValue = "2G",
            converter = Amounts.Size.class,
            description = "The most to take from the repository at once (default: ${DEFAULT-VALUE}).")
    private long maxFetch = 2L << 30;

    String remote() {
        return remote;
    }

    Duration poll() {
        return poll;
    }

    Optional<String> sshKey() {
        return sshKey;
    }

    Optional<String> sshPassword() {
        return sshPassword;
    }

    Optional<String> sshAuthenticator() {
        return sshAuthenticator;
    }

    Path knownHosts() {
        return knownHosts;
    }

    Optional<String> tlsAuthenticator() {
        return tlsAuthenticator;
    }

    List<String> httpHeaders() {
        return httpHeaders;
    }

    long maxBlob() {
        return maxBlob;
    }

    long maxFetch() {
        return maxFetch;
    }
}
