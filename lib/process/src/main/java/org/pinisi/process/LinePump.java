package org.pinisi.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries a process's output to a consumer, line by line. The pipe is the only buffer, so a slow consumer slows the
/// program instead of filling memory.
final class LinePump {
    private static final Logger LOG = LoggerFactory.getLogger(LinePump.class);

    private final InputStream source;
    private final Consumer<String> consumer;
    private final int longest;
    private final Thread thread;

    private LinePump(InputStream source, Output.Lines output, long pid) {
        this.source = source;
        this.consumer = output.consumer();
        this.longest = output.longest();
        // A platform thread: a read from a pipe would hold a carrier thread for as long as the program is silent.
        this.thread = Thread.ofPlatform().daemon().name("process-output-" + pid).unstarted(this::run);
    }

    static LinePump start(InputStream source, Output.Lines output, long pid) {
        LinePump pump = new LinePump(source, output, pid);
        pump.thread.start();
        return pump;
    }

    /// Waits until the last line was consumed.
    ///
    /// @return false when it was not within `timeout`
    boolean drain(Duration timeout) throws InterruptedException {
        return Thread.currentThread().equals(thread) || thread.join(timeout);
    }

    private void run() {
        try (source) {
            copy();
        } catch (IOException closed) {
            LOG.debug("event=output-closed thread={} reason=\"{}\"", thread.getName(), closed.getMessage());
        }
    }

    private void copy() throws IOException {
        byte[] buffer = new byte[8192];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean broken = false;
        int count = source.read(buffer);
        while (count >= 0) {
            for (int i = 0; i < count && !broken; i++) {
                if (buffer[i] == '\n') {
                    broken = !deliver(line);
                    continue;
                }
                line.write(buffer[i]);
                if (line.size() >= longest) {
                    broken = !deliver(line);
                }
            }
            count = source.read(buffer);
        }
        if (!broken && line.size() > 0) {
            deliver(line);
        }
    }

    private boolean deliver(ByteArrayOutputStream line) {
        String text = line.toString(UTF_8);
        line.reset();
        try {
            consumer.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
            return true;
        } catch (RuntimeException failure) {
            LOG.warn("event=output-consumer-failed thread={}", thread.getName(), failure);
            return false;
        }
    }
}
