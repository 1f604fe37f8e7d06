package org.pinisi.deployer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.pinisi.engine.Build;
import org.pinisi.engine.Job;
import org.pinisi.engine.Level;
import org.pinisi.engine.Pool;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;
import org.pinisi.image.ImageDigest;
import org.pinisi.image.ImageStore;

/// The operations that turn a commit into a release: fetch, build, release. What each one needs but what
/// does not change its result is a field; what does is its key.
final class Operations {
    /// Raised when the builders change so that the same source gives another image.
    private static final String BUILDERS = "builders-1";

    private Operations() {}

    /// A commit of an app.
    record Source(String app, String commit) {}

    /// What a commit turned out to be.
    ///
    /// @param tree the commit's tree: equal trees are built once
    /// @param line what it is, for the pusher
    record Fetched(String app, String commit, String tree, String subject, String line) {}

    /// What a tree became.
    ///
    /// @param start the command that starts a unit; empty = a static site
    record Built(String image, List<String> start, String summary) {}

    /// Looks at a commit: keeps it from being collected, and finds out what it is.
    static final class Fetch implements Build<Source, Fetched> {
        private final Sources sources;
        private final Reporter reporter;
        private final Json json;

        Fetch(Sources sources, Reporter reporter, Json json) {
            this.sources = sources;
            this.reporter = reporter;
            this.json = json;
        }

        @Override
        public String id() {
            return "fetch";
        }

        @Override
        public String key(Source source) {
            return source.app() + " " + source.commit();
        }

        @Override
        public String describe(Source source) {
            return "fetch " + source.app() + " at " + source.commit().substring(0, 7);
        }

        @Override
        public Fetched run(Job job, Source source) throws Exception {
            job.start(Level.HARMLESS, Duration.ofMinutes(5));
            return reporter.step(job, source.app(), source.commit(), "fetch", line -> {
                CommitId commit = new CommitId(source.commit());
                GitRepository repository = sources.repository(source.app());
                repository.keep("commits/" + source.commit(), commit);
                AppConfig config = Sources.config(repository, commit);
                String tree = repository.tree(commit).hex();
                Sources.Scratch scratch = sources.export(source.app(), commit);
                boolean left = false;
                try {
                    Plan plan = Detection.of(scratch.folder(), config, source.app());
                    line.say(plan.line());
                    Fetched fetched = new Fetched(
                            source.app(),
                            source.commit(),
                            tree,
                            repository.commit(commit).subject(),
                            plan.line());
                    sources.leave(source.app(), tree, scratch);
                    left = true;
                    return fetched;
                } finally {
                    if (!left) {
                        scratch.close();
                    }
                }
            });
        }

        @Override
        public String encode(Fetched fetched) {
            return json.write(fetched);
        }

        @Override
        public Fetched decode(String text) {
            return json.read(text, Fetched.class);
        }
    }

    /// Builds a tree into an image.
    static final class BuildImage implements Build<Fetched, Built> {
        private final Sources sources;
        private final Builder builder;
        private final ImageStore images;
        private final Path caches;
        private final Function<String, Pool> pools;
        private final Reporter reporter;
        private final Json json;

        /// @param caches the folder of the apps' build caches
        /// @param pools gives an app's pool of one, since its builds share a cache
        BuildImage(
                Sources sources,
                Builder builder,
                ImageStore images,
                Path caches,
                Function<String, Pool> pools,
                Reporter reporter,
                Json json) {
            this.sources = sources;
            this.builder = builder;
            this.images = images;
            this.caches = caches;
            this.pools = pools;
            this.reporter = reporter;
            this.json = json;
        }

        @Override
        public String id() {
            return "build";
        }

        @Override
        public String key(Fetched fetched) {
            return fetched.app() + " " + fetched.tree() + " " + BUILDERS + " java-"
                    + Runtime.version().feature();
        }

        @Override
        public String describe(Fetched fetched) {
            return "build " + fetched.app() + " (" + fetched.line() + ")";
        }

        @Override
        public Built run(Job job, Fetched fetched) throws Exception {
            CommitId commit = new CommitId(fetched.commit());
            AppConfig config = Sources.config(sources.repository(fetched.app()), commit);
            job.start(
                    Level.AVERAGE,
                    pools.apply(fetched.app()),
                    config.build().timeout().plusMinutes(1));
            return reporter.step(job, fetched.app(), fetched.commit(), "build", line -> {
                try (Sources.Scratch scratch = sources.take(fetched.app(), fetched.tree(), commit)) {
                    Plan plan = Detection.of(scratch.folder(), config, fetched.app());
                    Path cache = Files.createDirectories(caches.resolve(fetched.app()));
                    BuildResult result = builder.build(
                            new BuildRequest(fetched.app(), scratch.folder(), cache, config, plan), job::log);
                    ImageDigest image = images.put(result.tree());
                    String what = result.summary().isEmpty() ? "" : result.summary() + " · ";
                    line.say(what + "image " + image.abbreviated());
                    List<String> start =
                            config.start().isEmpty() ? result.start().orElse(List.of()) : config.start();
                    return new Built(image.value(), start, result.summary());
                }
            });
        }

        @Override
        public String encode(Built built) {
            return json.write(built);
        }

        @Override
        public Built decode(String text) {
            Built built = json.read(text, Built.class);
            if (!images.contains(new ImageDigest(built.image()))) {
                throw DeployerException.failed("the image " + built.image() + " was cleaned up; it is built again");
            }
            return built;
        }
    }

    /// What a release is made from.
    ///
    /// @param generation changes whenever the app's own settings do
    record Ingredients(Fetched fetched, Built built, String branch, long generation) {
        /// A release that is only checked, and not kept.
        ///
        /// @param number the one it would have if it were
        Release draft(int number, Release.Settings settings) {
            return new Release(
                    fetched.app(),
                    number,
                    fetched.commit(),
                    branch,
                    fetched.subject(),
                    built.image(),
                    built.start(),
                    settings,
                    List.of(),
                    built.summary(),
                    Instant.EPOCH);
        }
    }

    /// Makes the release.
    static final class MakeRelease implements Build<Ingredients, Integer> {
        private final Sources sources;
        private final Apps apps;
        private final Releases releases;
        private final Runs runs;

        MakeRelease(Sources sources, Apps apps, Releases releases, Runs runs) {
            this.sources = sources;
            this.apps = apps;
            this.releases = releases;
            this.runs = runs;
        }

        @Override
        public String id() {
            return "release";
        }

        @Override
        public String key(Ingredients of) {
            return of.fetched().app() + " " + identity(of);
        }

        @Override
        public String describe(Ingredients of) {
            return "release " + of.fetched().app();
        }

        @Override
        public Integer run(Job job, Ingredients of) throws Exception {
            job.start(Level.HARMLESS, Duration.ofMinutes(1));
            String app = of.fetched().app();
            CommitId commit = new CommitId(of.fetched().commit());
            AppConfig config = Sources.config(sources.repository(app), commit);
            Release release = releases.make(new Releases.Draft(
                    app,
                    identity(of),
                    commit.hex(),
                    of.branch(),
                    of.fetched().subject(),
                    of.built().image(),
                    of.built().start(),
                    Release.Settings.of(config, apps.env(app)),
                    apps.secrets(app),
                    of.fetched().line()));
            job.log("release " + release.number());
            for (Run run : runs.open()) {
                if (run.app().equals(app) && run.deploys() && run.commit().equals(commit.hex())) {
                    runs.release(run.id(), release.number());
                }
            }
            return release.number();
        }

        private static String identity(Ingredients of) {
            String text = String.join(
                    "\n",
                    of.fetched().commit(),
                    of.built().image(),
                    String.join("\0", of.built().start()),
                    Long.toString(of.generation()));
            return sha256(text);
        }

        @Override
        public String encode(Integer number) {
            return number.toString();
        }

        @Override
        public Integer decode(String text) {
            return Integer.valueOf(text);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
