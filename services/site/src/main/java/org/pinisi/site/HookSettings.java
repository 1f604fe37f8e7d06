package org.pinisi.site;

import java.time.Duration;
import java.util.Optional;

/// The hook: an address that makes the site look for a newer commit.
///
/// @param path decoded, begins with a slash; who knows it may call it, so it may be a secret itself
/// @param secret when present, only calls that prove to know it count, and only by POST
/// @param bodyBytes the longest body that is read; default 4 MiB
/// @param patience how long a call waits for the look to end; default 8 s, as forges give up after 10 s
/// @param waiting how many calls may wait at the same time; default 64
public record HookSettings(String path, Optional<HookSecret> secret, int bodyBytes, Duration patience, int waiting) {
    /// `/hook`, open to everybody who knows it.
    public static final HookSettings DEFAULT = of("/hook", Optional.empty());

    private static final int LONGEST_PATH = 1024;

    /// @throws SiteException when a value cannot be used, naming it
    public HookSettings {
        if (path.length() < 2 || path.length() > LONGEST_PATH || !path.startsWith("/")) {
            throw new SiteException("hook: \"" + path + "\" (expected: a path of 2 to " + LONGEST_PATH
                    + " characters that begins with a slash, such as /hook)");
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f) || path.contains("//") || path.startsWith("/@")) {
            throw new SiteException("hook: \"" + path.replaceAll("\\p{Cntrl}", "?")
                    + "\" (expected: no control characters, no double slash, and no @ at the front)");
        }
        if (bodyBytes < 1 || waiting < 1 || patience.isNegative() || patience.isZero()) {
            throw new SiteException("hook: bodyBytes, waiting and patience must be more than 0");
        }
    }

    /// The usual limits.
    ///
    /// @param path with or without a slash at the front
    public static HookSettings of(String path, Optional<HookSecret> secret) {
        return new HookSettings(path.startsWith("/") ? path : "/" + path, secret, 4 << 20, Duration.ofSeconds(8), 64);
    }
}
