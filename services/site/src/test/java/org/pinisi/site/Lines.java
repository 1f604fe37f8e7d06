package org.pinisi.site;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What this room's log says while it is open.
final class Lines implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.pinisi.site");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    Lines() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
    }

    /// The lines with this event, as they would be printed.
    List<String> of(String event) {
        synchronized (appender) {
            return List.copyOf(appender.list).stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .filter(line -> line.startsWith("event=" + event + " "))
                    .toList();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
