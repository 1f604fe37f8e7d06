package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.git.Credential;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitCredentialHelper;
import org.pinisi.git.HostKeys;
import org.pinisi.git.SshIdentity;
import org.pinisi.git.SshKeySeed;
import org.pinisi.git.TlsTrust;
import org.pinisi.git.TransferLimits;
import picocli.CommandLine.Option;

/// Who a command says it is to the remote of a Git repository, whom it trusts there, and how much it
/// takes.
final class GitAccessOptions {
    private static final Duration HELPER_TIME = Duration.ofSeconds(10);

    @Option(
            names = "--ssh-key",
            paramLabel = "KEY",
            description =
                    "Who we are over SSH: rsa:SEED, ed25519:BASE64, env:VARIABLE that holds one of these, or a key file; the agent when missing."
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
            description = "What to trust over https instead of the system's certificates: key-fp:SHA256:BASE64,"
                    + " cert-fp:SHA256:BASE64 or trust-anchor:BASE64.")
    private Optional<String> tlsAuthenticator = Optional.empty();

    @Option(
            names = "--http-credentials",
            paramLabel = "WHERE",
            description = "USER:PASSWORD for a remote over http(s) that asks: env:VARIABLE, file:PATH, or the word git,"
                    + " which asks git's own credential helpers.")
    private Optional<String> httpCredentials = Optional.empty();

    @Option(
            names = "--max-blob",
            paramLabel = "SIZE",
            defaultValue = "100M",
            converter = Amounts.Size.class,
            description =
                    "The largest file to take from the repository (default: ${DEFAULT-VALUE}); a commit with a larger"
                            + " one is not shown.")
    private long maxBlob = 100L << 20;

    @Option(
            names = "--max-fetch",
            paramLabel = "SIZE",
            defaultValue = "2G",
            converter = Amounts.Size.class,
            description = "The most to take from the repository at once (default: ${DEFAULT-VALUE}).")
    private long maxFetch = 2L << 30;

    /// A client that goes by these flags.
    ///
    /// @throws org.pinisi.git.GitException when one of them cannot be used, saying what was expected
    GitClient client() throws IOException, InterruptedException {
        TransferLimits limits = TransferLimits.DEFAULT.withSizes(maxFetch, maxBlob);
        GitClient.Builder builder = GitClient.builder()
                .limits(limits)
                .hostKeys(sshAuthenticator.map(HostKeys::pinned).orElseGet(() -> HostKeys.known(knownHosts)))
                .identities(identities().toArray(SshIdentity[]::new));
        tlsAuthenticator.ifPresent(text -> builder.trust(TlsTrust.parse(text)));
        if (httpCredentials.filter("git"::equals).isPresent()) {
            builder.credentials(new GitCredentialHelper(System.getenv(), HELPER_TIME));
        } else if (httpCredentials.isPresent()) {
            Credential credential = credential(Secrets.read("--http-credentials", httpCredentials.get()));
            builder.credentials(_ -> Optional.of(credential));
        }
        return builder.build();
    }

    private static Credential credential(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new CommandException(ExitCodes.FAILED, "cannot use --http-credentials: expected USER:PASSWORD there");
        }
        return new Credential(text.substring(0, colon), text.substring(colon + 1));
    }

    private List<SshIdentity> identities() throws IOException, InterruptedException {
        List<SshIdentity> identities = new ArrayList<>();
        if (sshKey.isPresent()) {
            identities.add(identity(sshKey.get()));
        }
        if (sshPassword.isPresent()) {
            identities.add(new SshIdentity.Password(Secrets.read("--ssh-password", sshPassword.get())));
        }
        String agent = System.getenv("SSH_AUTH_SOCK");
        if (identities.isEmpty() && agent != null && !agent.isBlank()) {
            identities.add(new SshIdentity.Agent(Path.of(agent)));
        }
        return identities;
    }

    private static SshIdentity identity(String text) throws IOException, InterruptedException {
        String key = text.startsWith("env:") ? Secrets.read("--ssh-key", text) : text;
        boolean seed = key.startsWith("rsa:") || key.startsWith("ed25519:");
        return seed ? new SshIdentity.Keys(SshKeySeed.parse(key).key().pair()) : new SshIdentity.KeyFile(Path.of(key));
    }
}
