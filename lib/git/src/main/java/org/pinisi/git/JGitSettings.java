package org.pinisi.git;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/// The one place that touches JGit's own statics: its view of the system, which here has no user, no system-wide
/// configuration and no environment, and its cache of packs. Without this, JGit runs `git config`, reads
/// `~/.gitconfig` and writes to `~/.config/jgit`.
final class JGitSettings {
    private static final int MEBIBYTE = 1 << 20;
    /// What is larger is streamed instead of held in memory.
    static final int STREAM_THRESHOLD = 8 * MEBIBYTE;

    private static final Duration COARSEST_CLOCK = Duration.ofSeconds(2);

    private JGitSettings() {}

    /// Applies the settings; doing so again changes nothing.
    static void apply() {
        synchronized (JGitSettings.class) {
            if (SystemReader.getInstance() instanceof ClosedSystem) {
                return;
            }
            SystemReader.setInstance(new ClosedSystem(SystemReader.getInstance()));
            WindowCacheConfig cache = new WindowCacheConfig();
            cache.setPackedGitLimit(48L * MEBIBYTE);
            cache.setPackedGitOpenFiles(256);
            cache.setPackedGitWindowSize(64 * 1024);
            cache.setDeltaBaseCacheLimit(8 * MEBIBYTE);
            cache.setStreamFileThreshold(STREAM_THRESHOLD);
            cache.setExposeStatsViaJmx(false);
            cache.install();
        }
    }

    /// A configuration that lives in memory only, and makes durability the default of every repository.
    private static final class MemoryConfig extends FileBasedConfig {
        @SuppressWarnings("NullAway") // JGit's own way to say that there is no file.
        MemoryConfig(@Nullable Config parent) {
            super(parent, null, null);
        }

        @Override
        public void load() {
            setBoolean("core", null, "fsyncObjectFiles", true);
            setBoolean("core", null, "fsyncRefFiles", true);
            setBoolean("receive", null, "autogc", false);
            setBoolean("gc", null, "autoDetach", false);
            // As git does: a pack whose objects are in a newer one goes at once, objects that no ref reaches later.
            setString("gc", null, "prunePackExpire", "now");
            setInt("pack", null, "threads", 1);
            setInt("pack", null, "deltaCacheSize", 8 * MEBIBYTE);
            setLong("pack", null, "bigFileThreshold", 32L * MEBIBYTE);
        }

        /// JGit measures each file system's clock by writing files for half a second of processor time, unless it is
        /// told.
        /// Two seconds is what it takes until it knows: a file whose time is more recent is read again.
        @Override
        public long getTimeUnit(String section, String subsection, String name, long fallback, TimeUnit wanted) {
            if (section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)) {
                return wanted.convert(COARSEST_CLOCK);
            }
            return super.getTimeUnit(section, subsection, name, fallback, wanted);
        }

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }
    }

    private static final class ClosedSystem extends SystemReader {
        private final SystemReader machine;

        ClosedSystem(SystemReader machine) {
            this.machine = machine;
            setPlatformChecker();
        }

        @Override
        public String getHostname() {
            // JGit asks for the committer's address only, and the true name may take a slow look-up.
            return "localhost";
        }

        @Override
        public @Nullable String getenv(String variable) {
            return null;
        }

        @Override
        public @Nullable String getProperty(String key) {
            return Optional.ofNullable(System.getProperty(key)).orElse(null);
        }

        @Override
        public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
            return loaded(parent);
        }

        @Override
        public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
            return loaded(parent);
        }

        @Override
        public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
            return loaded(parent);
        }

        @Override
        @Deprecated
        public long getCurrentTime() {
            return machine.now().toEpochMilli();
        }

        @Override
        @Deprecated
        public int getTimezone(long when) {
            return machine.getTimeZoneAt(Instant.ofEpochMilli(when)).getTotalSeconds() / 60;
        }

        private static FileBasedConfig loaded(@Nullable Config parent) {
            MemoryConfig config = new MemoryConfig(parent);
            config.load();
            return config;
        }
    }

    /// An [IOException] of JGit as this room's exception.
    static GitException failure(String what, IOException cause) {
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new GitException(what + ": " + reason, cause);
    }
}
