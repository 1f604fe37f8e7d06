package org.pinisi.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.pinisi.git.RemoteBranch;
import org.pinisi.http.Address;
import org.pinisi.http.Fields;
import org.pinisi.site.HookSecret;
import org.pinisi.site.HookSettings;
import org.pinisi.site.Site;
import org.pinisi.site.SiteCache;
import org.pinisi.site.SiteOrigin;
import org.pinisi.site.SiteServer;
import org.pinisi.site.SiteServerConfig;
import org.pinisi.site.SiteServerConfig.CertificateFiles;
import org.pinisi.site.SourceRhythm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `pinisi site`: a web site straight from a Git branch, in the foreground, until SIGTERM or Ctrl-C.
@Command(
        name = "site",
        description = {
            "Serves a branch of a Git repository as a web site, over http and https.",
            "A push is seen at once when the repository is a folder on this machine, else by the hook or within --poll. The"
                    + " whole tree changes at one moment. When the repository cannot be reached, what was fetched last is served"
                    + " on, after a restart too.",
            "The files `_redirects`, `_headers` and `404.html` at the top of the branch are rules."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi site --remote https://git.example.org/me/site.git --port 8080",
            "  pinisi site --remote ./site.git#live --ipv4 127.0.0.1 --port 8080 --preview",
            "  pinisi site --remote git@example.org:site.git --ssh-key ~/.ssh/site --hook-secret-file hook.secret"
        })
final class SiteCommand implements Callable<Integer> {
    private static final int PREVIEWS = 8;

    @ParentCommand
    private Commands parent = new Commands();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SiteRemoteOptions remote = new SiteRemoteOptions();

    @Mixin
    private SiteListenOptions listen = new SiteListenOptions();

    @Mixin
    private SiteAcmeOptions acme = new SiteAcmeOptions();

    @Mixin
    private SiteRuleOptions rules = new SiteRuleOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        SiteServerConfig config = config();
        RemoteBranch branch = remote.branch();
        Path folder = DataFolder.of(parent.data()).site(branch.url());
        if (listen.hasPrefix()) {
            spec.commandLine().getErr().println("pinisi: note: the prefix length in --ipv4 is not used here");
        }
        SiteCache cache = rules.cache(folder.resolve("cache")).build();
        Optional<SiteKeeper> keeper = certificatesMade()
                ? Optional.of(SiteKeeper.open(
                        DataFolder.of(parent.data()),
                        folder,
                        listen.hostname().orElseThrow(),
                        acme.issuer(),
                        acme.dns()))
                : Optional.empty();
        boolean started = false;
        try {
            Site site = rules.site(cache, fields());
            SiteOrigin origin = remote.open(branch, folder, listen.preview());
            SourceRhythm rhythm = SourceRhythm.DEFAULT.withPoll(remote.poll());
            SiteServer server = keeper.isPresent()
                    ? SiteServer.start(config, site, origin, rhythm, keeper.get(), InstantSource.system())
                    : SiteServer.start(config, site, origin, rhythm, InstantSource.system());
            started = true;
            keeper.ifPresent(SiteKeeper::begin);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("site-stop").unstarted(() -> {
                        server.close();
                        keeper.ifPresent(SiteKeeper::close);
                        cache.close();
                    }));
            tell(server);
        } finally {
            if (!started) {
                keeper.ifPresent(SiteKeeper::close);
                cache.close();
            }
        }
        // Only the end of the process ends a site.
        new CountDownLatch(1).await();
        return ExitCodes.DONE;
    }

    /// Whether the site gets its certificates itself.
    private boolean certificatesMade() {
        return listen.tls() && listen.certificate().isEmpty();
    }

    private Fields fields() {
        Optional<Duration> hsts = listen.hsts();
        return hsts.isPresent()
                ? Fields.of("Strict-Transport-Security", "max-age=" + hsts.get().toSeconds())
                : Fields.empty();
    }

    private SiteServerConfig config() throws IOException {
        if (!listen.tls()
                && (listen.certificate().isPresent() || listen.privateKey().isPresent())) {
            throw wrong("--certificate and --private-key are for --tls; add it");
        }
        boolean half = listen.certificate().isPresent() != listen.privateKey().isPresent();
        if (half) {
            throw wrong("--certificate and --private-key belong together");
        }
        if (listen.tls() && listen.certificate().isEmpty() && listen.hostname().isEmpty()) {
            throw wrong("--tls needs --hostname, to get a certificate for, or --certificate and --private-key");
        }
        if (acme.isGiven() && !certificatesMade()) {
            throw wrong("the flags of ACME are for --tls without --certificate");
        }
        if (listen.hsts().isPresent() && (!listen.tls() || !listen.redirect())) {
            throw wrong("--hsts needs --tls, and no --no-redirect");
        }
        Optional<CertificateFiles> files =
                listen.certificate().flatMap(chain -> listen.privateKey().map(key -> new CertificateFiles(chain, key)));
        return new SiteServerConfig(
                List.of(Address.inet(listen.address(), listen.port())),
                listen.tls() ? List.of(Address.inet(listen.address(), listen.httpsPort())) : List.of(),
                files,
                listen.hostname(),
                listen.httpsPort(),
                listen.redirect(),
                listen.hsts(),
                listen.hasHook() ? Optional.of(hook()) : Optional.empty(),
                listen.preview() ? PREVIEWS : 0,
                listen.status().map(Listen::address),
                Runtime.getRuntime().availableProcessors());
    }

    private HookSettings hook() throws IOException {
        Optional<Path> file = listen.hookSecret();
        Optional<HookSecret> secret = file.isEmpty()
                ? Optional.empty()
                : Optional.of(HookSecret.of(Files.readString(file.get(), StandardCharsets.UTF_8)));
        return HookSettings.of(listen.hook(), secret);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void tell(SiteServer server) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(SiteGreeting.json(server));
        } else {
            SiteGreeting.lines(server).forEach(out::println);
        }
        out.flush();
    }
}
