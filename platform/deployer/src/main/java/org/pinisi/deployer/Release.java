package org.pinisi.deployer;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A numbered, immutable pair of image and configuration. Rolling back is choosing an earlier one.
///
/// @param app the app
/// @param number from 1, growing, per app
/// @param commit the commit it was built from
/// @param branch the branch that commit came by
/// @param subject the first line of the commit's message
/// @param image the digest of its image
/// @param start the command that starts a unit; empty = a static site, served by the edge from the image
/// @param settings the configuration that goes with the image, without the secrets' values
/// @param secretNames which secrets it was made with; the values are sealed in the store
/// @param summary what the build said of it, in one line
/// @param created when
public record Release(
        String app,
        int number,
        String commit,
        String branch,
        String subject,
        String image,
        List<String> start,
        Settings settings,
        List<String> secretNames,
        String summary,
        Instant created) {
    /// Copies what can change.
    public Release {
        start = List.copyOf(start);
        secretNames = List.copyOf(secretNames);
    }

    /// Whether the edge serves the image's files itself.
    public boolean isStatic() {
        return start.isEmpty();
    }

    /// The name of its unit on the host.
    String unit() {
        return app + "-r" + number;
    }

    /// The part of the configuration that matters once the image stands. Durations are in milliseconds so
    /// that the stored form reads plainly.
    ///
    /// @param env environment of a unit
    /// @param healthPath what is asked for to see whether a unit serves
    /// @param healthDeadlineMillis how long a fresh unit has to become healthy
    /// @param healthIntervalMillis from one try to the next
    /// @param memoryBytes the most memory a unit may use
    /// @param cpus the most processor time a unit may use, in cores
    /// @param graceMillis from TERM to KILL
    /// @param drainMillis how long the old release may finish its requests
    /// @param restart what to do when a unit ends by itself
    /// @param hosts further host names
    /// @param site how a static site is served, as the edge knows it; missing in releases of old
    /// @param domains names on the internet, each with a certificate; missing in releases of old
    public record Settings(
            Map<String, String> env,
            String healthPath,
            long healthDeadlineMillis,
            long healthIntervalMillis,
            Optional<Long> memoryBytes,
            Optional<Double> cpus,
            long graceMillis,
            long drainMillis,
            AppConfig.Restart restart,
            List<String> hosts,
            Map<String, String> site,
            List<AppDomain> domains) {
        /// Copies what can change.
        public Settings {
            env = ConfigMaps.ordered(env);
            hosts = List.copyOf(hosts);
            site = Map.copyOf(Objects.requireNonNullElse(site, Map.of()));
            domains = List.copyOf(Objects.requireNonNullElse(domains, List.of()));
        }

        static Settings of(AppConfig config, Map<String, String> ownEnv) {
            Map<String, String> env = new LinkedHashMap<>(config.env());
            env.putAll(ownEnv);
            return new Settings(
                    env,
                    config.health().path(),
                    config.health().deadline().toMillis(),
                    config.health().interval().toMillis(),
                    config.memoryBytes().isPresent()
                            ? Optional.of(config.memoryBytes().getAsLong())
                            : Optional.empty(),
                    config.cpus().isPresent() ? Optional.of(config.cpus().getAsDouble()) : Optional.empty(),
                    config.grace().toMillis(),
                    config.drain().toMillis(),
                    config.restart(),
                    config.hosts(),
                    config.site().settings(),
                    config.domains());
        }
    }
}
