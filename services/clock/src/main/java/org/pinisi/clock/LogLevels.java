package org.pinisi.clock;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How verbose each log source is: `*:info,foo:debug` means info for every source but `foo`, which is set to debug.
///
/// The form is that of MirageOS' `--logs`. The sources of the clock are `http` (one line an answer) and `application`
/// (start and end). A level alone (`debug`) stands for `*:debug`; the last entry for a source wins.
///
/// @param others the level of the sources that `sources` does not name
/// @param sources levels by source name
public record LogLevels(Level others, Map<String, Level> sources) {
    /// From silent to chatty; a source set to a level logs that level and those before it.
    public enum Level {
        QUIET,
        APP,
        ERROR,
        WARNING,
        INFO,
        DEBUG;

        private static Optional<Level> named(String word) {
            for (Level level : values()) {
                if (level.word().equals(word)) {
                    return Optional.of(level);
                }
            }
            return Optional.empty();
        }

        /// The level as it is written in `--logs`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Info for every source.
    public static final LogLevels DEFAULT = new LogLevels(Level.INFO, Map.of());

    private static final String EVERY_SOURCE = "*";

    public LogLevels {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
    }

    /// The level of one source.
    public Level of(String source) {
        return sources.getOrDefault(source, others);
    }

    /// Reads the form `*:info,foo:debug`.
    ///
    /// @throws ClockException naming the character at which the text stops making sense, counted from 1
    public static LogLevels parse(String text) {
        Level others = DEFAULT.others();
        Map<String, Level> sources = new TreeMap<>();
        int start = 0;
        while (start <= text.length()) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            int colon = text.substring(start, end).lastIndexOf(':');
            String source = colon < 0 ? EVERY_SOURCE : text.substring(start, start + colon);
            if (source.isEmpty() || source.isBlank() || source.strip().length() != source.length()) {
                throw problem(text, start, "expected the name of a log source, or * for all");
            }
            Level level = level(text, start + colon + 1, end);
            if (source.equals(EVERY_SOURCE)) {
                others = level;
            } else {
                sources.put(source, level);
            }
            start = end + 1;
        }
        return new LogLevels(others, sources);
    }

    private static Level level(String text, int start, int end) {
        return Level.named(text.substring(start, end))
                .orElseThrow(() -> problem(text, start, "expected a level: quiet, app, error, warning, info or debug"));
    }

    private static ClockException problem(String text, int position, String expected) {
        String found = position < text.length() ? "'" + text.substring(position) + "'" : "the end";
        return new ClockException("log levels '%s', character %d: %s, found %s; write for example *:info,http:debug"
                .formatted(text, position + 1, expected, found));
    }

    /// The form that [#parse] reads.
    @Override
    public String toString() {
        String named = sources.entrySet().stream()
                .map(entry -> "," + entry.getKey() + ":" + entry.getValue().word())
                .collect(Collectors.joining());
        return EVERY_SOURCE + ":" + others.word() + named;
    }
}
