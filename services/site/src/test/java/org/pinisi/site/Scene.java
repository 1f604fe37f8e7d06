package org.pinisi.site;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.TransferLimits;
import org.pinisi.http.Address;

/// A site that follows a branch, as a whole: author, repository, source and server. It looks only when told.
final class Scene {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SourceRhythm ONLY_WHEN_TOLD =
            new SourceRhythm(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);

    private final Path folder;
    private final Author author;
    private final SetClock clock = new SetClock();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private TransferLimits limits =
            TransferLimits.DEFAULT.withTimes(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60));
    private SourceRhythm rhythm = ONLY_WHEN_TOLD;
    private Optional<SiteCertificates> certificates = Optional.empty();
    private UnaryOperator<SiteServerConfig> settings = UnaryOperator.identity();
    private UnaryOperator<Site.Builder> rules = UnaryOperator.identity();

    Scene(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.author = Author.begin(folder);
    }

    Author author() {
        return author;
    }

    SetClock clock() {
        return clock;
    }

    Path folder() {
        return folder;
    }

    Scene with(TransferLimits newLimits) {
        limits = newLimits;
        return this;
    }

    Scene with(SourceRhythm newRhythm) {
        rhythm = newRhythm;
        return this;
    }

    Scene configured(UnaryOperator<SiteServerConfig> newSettings) {
        settings = newSettings;
        return this;
    }

    Scene certified(SiteCertificates newCertificates) {
        certificates = Optional.of(newCertificates);
        return this;
    }

    Scene ruled(UnaryOperator<Site.Builder> newRules) {
        rules = newRules;
        return this;
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    /// The site of the author's repository, read where it lies.
    Running local() {
        return serve(SiteOrigin.local(author.bare(), "main"));
    }

    /// The site of a remote, by its URL.
    Running remote(String url) {
        return remote(url, folder.resolve("data"));
    }

    Running remote(String url, Path data) {
        GitClient client = keep(GitClient.builder().limits(limits).build());
        return serve(SiteOrigin.remote(client, RemoteBranch.parse(url), data, true));
    }

    private Running serve(SiteOrigin origin) {
        SiteCache cache = keep(SiteCache.builder()
                .memory(8 << 20)
                .disk(folder.resolve("cache-" + open.size()), 64 << 20)
                .build());
        Site site = rules.apply(Site.builder(cache)).build();
        SiteServerConfig config = settings.apply(SiteServerConfig.plain(Address.inet("127.0.0.1", 0)));
        SiteServer server = keep(
                certificates.isPresent()
                        ? SiteServer.start(config, site, origin, rhythm, certificates.get(), clock)
                        : SiteServer.start(config, origin, rhythm, new GitStage(site, origin), clock, new Random(7)));
        return new Running(server);
    }

    /// A running site.
    record Running(SiteServer server) {
        /// Looks now, and says how that ended.
        PullResult pull() throws InterruptedException {
            return server.source().pull(PATIENCE);
        }

        SourceStatus status() {
            return server.source().status();
        }

        Address address() {
            return server.plain().getFirst();
        }

        RawHttp.Answer get(String target, String... fields) throws IOException {
            return RawHttp.get(address(), target, fields);
        }

        /// The body of a page that must be there.
        String page(String target) throws IOException {
            RawHttp.Answer answer = get(target);
            if (answer.status() != 200) {
                throw new IllegalStateException(target + ": " + answer);
            }
            return answer.body();
        }

        boolean shows(CommitId commit) {
            return status().shown().filter(commit::equals).isPresent();
        }
    }

    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
