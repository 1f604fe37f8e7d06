package org.pinisi.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where `pinisi site` listens, and what it answers besides the files.
final class SiteListenOptions {
    @Option(
            names = "--ipv4",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description =
                    "The address to listen on (default: ${DEFAULT-VALUE}); an IPv6 address will do too. A prefix length"
                            + " as in 10.0.0.2/24, which a unikernel needs, is not used here.")
    private String address = "0.0.0.0";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "80",
            description = "The port of http (default: ${DEFAULT-VALUE}); 0 is any free one.")
    private int port = 80;

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "443",
            description = "The port of https (default: ${DEFAULT-VALUE}); 0 is any free one.")
    private int httpsPort = 443;

    @Option(
            names = "--tls",
            description =
                    "Serve https; http is sent there. The certificate is that of --certificate and --private-key, read again"
                            + " when they change, or without them one for --hostname that is got by ACME and renewed in time.")
    private boolean tls;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "The certificate in PEM, with those that vouch for it.")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--private-key", paramLabel = "FILE", description = "The certificate's key in PEM.")
    private Optional<Path> privateKey = Optional.empty();

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "The site's name: where http is sent to. Without it, to the name that was asked for.")
    private Optional<String> hostname = Optional.empty();

    @Option(names = "--no-redirect", description = "With --tls, serve http too instead of sending it to https.")
    private boolean noRedirect;

    @Option(
            names = "--hsts",
            paramLabel = "TIME",
            converter = Amounts.Time.class,
            description = "Tell browsers to come by https only for this long, such as 365d.")
    private Optional<Duration> hsts = Optional.empty();

    @Option(
            names = "--hook",
            paramLabel = "PATH",
            defaultValue = "/hook",
            description =
                    "The path that makes the site look for a newer commit (default: ${DEFAULT-VALUE}); the slash in front"
                            + " may be left out. Whoever knows it may call it, unless there is a secret.")
    private String hook = "/hook";

    @Option(
            names = "--hook-secret-file",
            paramLabel = "FILE",
            description =
                    "A file with the secret that the forge signs its calls with (GitHub, Gitea, Forgejo: SHA-256; GitLab:"
                            + " token). Other calls are refused then.")
    private Optional<Path> hookSecret = Optional.empty();

    @Option(names = "--no-hook", description = "No path makes the site look.")
    private boolean noHook;

    @Option(
            names = "--preview",
            description =
                    "Show older commits of the branch under /@COMMIT/, with 7 or more digits. Fetches the whole history.")
    private boolean preview;

    @Option(
            names = "--status",
            paramLabel = "ADDR:PORT",
            converter = Listen.Converter.class,
            description = "Where /healthz and /status tell those who run the site how it is (default: nowhere).")
    private Optional<Listen> status = Optional.empty();

    /// The address without a prefix length.
    String address() {
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }

    boolean hasPrefix() {
        return address.indexOf('/') >= 0;
    }

    int port() {
        return port;
    }

    int httpsPort() {
        return httpsPort;
    }

    boolean tls() {
        return tls;
    }

    Optional<Path> certificate() {
        return certificate;
    }

    Optional<Path> privateKey() {
        return privateKey;
    }

    Optional<String> hostname() {
        return hostname;
    }

    boolean redirect() {
        return !noRedirect;
    }

    Optional<Duration> hsts() {
        return hsts;
    }

    String hook() {
        return hook;
    }

    Optional<Path> hookSecret() {
        return hookSecret;
    }

    boolean hasHook() {
        return !noHook;
    }

    boolean preview() {
        return preview;
    }

    Optional<Listen> status() {
        return status;
    }
}
