package org.pinisi.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.pinisi.clock.LogLevels;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets the levels of this process's loggers, which [LogStart] only starts off.
final class Logging {
    private Logging() {}

    /// Each log source is the logger of its name; `*` is all the others, those of libraries too.
    static void apply(LogLevels levels) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new IllegalStateException(
                    "logging is bound to " + factory.getClass() + ", not to logback; check the class path");
        }
        context.getLogger("org.pinisi").setLevel(null);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(level(levels.others()));
        levels.sources().forEach((source, level) -> context.getLogger(source).setLevel(level(level)));
    }

    private static Level level(LogLevels.Level level) {
        return switch (level) {
            case QUIET -> Level.OFF;
            // What an application always says: logback has no level above error, and we log nothing there.
            case APP, ERROR -> Level.ERROR;
            case WARNING -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
        };
    }
}
