package org.pinisi.deployer;

import java.time.Duration;
import java.util.Map;
import org.pinisi.engine.Build;
import org.pinisi.engine.Job;
import org.pinisi.engine.Level;
import org.pinisi.engine.Publish;
import org.pinisi.git.CommitId;

/// The operations that touch what runs: deploy, retire, check.
final class RolloutOperations {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration LONGEST_RETIREMENT = Duration.ofMinutes(30);

    private RolloutOperations() {}

    /// Makes a release serve. A newer one takes its place at once.
    static final class Deploy implements Publish<String, Integer, Integer> {
        private final Rollout rollout;

        Deploy(Rollout rollout) {
            this.rollout = rollout;
        }

        @Override
        public String id() {
            return "deploy";
        }

        @Override
        public String key(String app) {
            return app;
        }

        @Override
        public String value(Integer release) {
            return release.toString();
        }

        @Override
        public String describe(String app, Integer release) {
            return "deploy " + app + " release " + release;
        }

        @Override
        public Integer run(Job job, String app, Integer release) throws Exception {
            job.start(Level.DANGEROUS, LONGEST);
            rollout.deploy(job, app, release);
            return release;
        }

        @Override
        public String encode(Integer release) {
            return release.toString();
        }

        @Override
        public Integer decode(String text) {
            return Integer.valueOf(text);
        }

        @Override
        public boolean autoCancel() {
            return true;
        }
    }

    /// Removes what the serving release has replaced. Goes on beside the next deployment.
    static final class Retire implements Publish<String, Integer, Integer> {
        private final Rollout rollout;

        Retire(Rollout rollout) {
            this.rollout = rollout;
        }

        @Override
        public String id() {
            return "retire";
        }

        @Override
        public String key(String app) {
            return app;
        }

        @Override
        public String value(Integer live) {
            return live.toString();
        }

        @Override
        public String describe(String app, Integer live) {
            return "retire all of " + app + " but release " + live;
        }

        @Override
        public Integer run(Job job, String app, Integer live) throws Exception {
            job.start(Level.ABOVE_AVERAGE, LONGEST_RETIREMENT);
            rollout.retire(job, app, live);
            return live;
        }

        @Override
        public String encode(Integer live) {
            return live.toString();
        }

        @Override
        public Integer decode(String text) {
            return Integer.valueOf(text);
        }
    }

    /// Starts, checks and removes what a branch was built into.
    static final class Check implements Build<Operations.Ingredients, String> {
        private final Rollout rollout;
        private final Sources sources;
        private final Apps apps;
        private final Releases releases;

        Check(Rollout rollout, Sources sources, Apps apps, Releases releases) {
            this.rollout = rollout;
            this.sources = sources;
            this.apps = apps;
            this.releases = releases;
        }

        @Override
        public String id() {
            return "check";
        }

        @Override
        public String key(Operations.Ingredients of) {
            return of.fetched().app() + " " + of.fetched().commit() + " "
                    + of.built().image() + " " + of.generation();
        }

        @Override
        public String describe(Operations.Ingredients of) {
            return "check " + of.fetched().app() + " branch " + of.branch();
        }

        @Override
        public String run(Job job, Operations.Ingredients of) throws Exception {
            String app = of.fetched().app();
            AppConfig config = Sources.config(
                    sources.repository(app), new CommitId(of.fetched().commit()));
            job.start(Level.AVERAGE, LONGEST);
            Map<String, String> secrets = apps.secrets(app);
            rollout.check(job, of.draft(releases.next(app), Release.Settings.of(config, apps.env(app))), secrets);
            return "healthy";
        }

        @Override
        public String encode(String outcome) {
            return outcome;
        }

        @Override
        public String decode(String text) {
            return text;
        }
    }
}
