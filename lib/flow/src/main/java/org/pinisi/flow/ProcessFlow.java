package org.pinisi.flow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A child process's pipes. When this is closed it is killed, with all it started in its session; what a
/// process that has already ended left behind is not looked for.
///
/// Threads of its own move bytes between the pipes and memory, since a read from a pipe can be neither
/// bounded nor interrupted.
final class ProcessFlow implements Flow {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFlow.class);
    private static final int BUFFER = 64 << 10;
    private static final int MOST_ERRORS = 8 << 10;
    private static final Duration TO_END = Duration.ofSeconds(2);

    /// A constant; the group's number comes as an argument.
    private static final String KILL = "kill -s KILL -- \"-$1\" 2>/dev/null || exit 0";

    private final Process process;
    private final String description;
    private final MemoryPipe toProcess = new MemoryPipe(BUFFER);
    private final MemoryPipe fromProcess = new MemoryPipe(BUFFER);
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final Thread errorReader;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Duration patience = Flows.DEFAULT_PATIENCE;

    private ProcessFlow(Process process, String description) {
        this.process = process;
        this.description = description;
        pump("in", this::writeInput);
        pump("out", this::readOutput);
        this.errorReader = pump("errors", this::readErrors);
    }

    static Flow start(PipeCommand command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(program("setsid"));
        line.addAll(command.arguments());
        ProcessBuilder builder = new ProcessBuilder(line);
        command.folder().ifPresent(folder -> builder.directory(folder.toFile()));
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        return new ProcessFlow(builder.start(), "process " + command);
    }

    private static String program(String name) throws IOException {
        for (String folder : List.of("/usr/bin", "/bin")) {
            Path file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException("there is no program " + name + " in /usr/bin; install util-linux");
    }

    private interface Pump {
        void run() throws IOException;
    }

    private Thread pump(String name, Pump pump) {
        return Thread.ofVirtual().name("flow-" + process.pid() + "-" + name).start(() -> {
            try {
                pump.run();
            } catch (IOException e) {
                // The pipe broke, as it does when the process ends; reading says how it ended.
                LOG.debug("event=pipe-ended flow=\"{}\" reason=\"{}\"", description, e.toString());
            }
        });
    }

    private void writeInput() throws IOException {
        byte[] block = new byte[BUFFER];
        try (OutputStream out = process.getOutputStream()) {
            for (int count = takeInput(block); count >= 0; count = takeInput(block)) {
                out.write(block, 0, count);
                out.flush();
            }
        } finally {
            toProcess.close();
        }
    }

    private int takeInput(byte[] block) throws IOException {
        return toProcess.read(block, 0, block.length, Flows.FOREVER);
    }

    private void readOutput() throws IOException {
        byte[] block = new byte[BUFFER];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                fromProcess.write(block, 0, count, Flows.FOREVER);
            }
        } finally {
            fromProcess.end();
        }
    }

    private void readErrors() throws IOException {
        byte[] block = new byte[MOST_ERRORS];
        try (InputStream in = process.getErrorStream()) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                synchronized (errors) {
                    errors.write(block, 0, Math.min(count, MOST_ERRORS - errors.size()));
                }
            }
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int count = guarded(() -> fromProcess.read(target, offset, length, patience));
        if (count < 0) {
            checkOutcome();
        }
        return count;
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        return fromProcess.read(target, offset, length, Duration.ZERO);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        guarded(() -> {
            toProcess.write(source, offset, length, patience);
            return length;
        });
    }

    private interface Wait {
        int run() throws IOException;
    }

    private int guarded(Wait wait) throws IOException {
        try {
            return wait.run();
        } catch (InterruptedIOException e) {
            // A timeout is one of these.
            close();
            throw e;
        } catch (IOException e) {
            throw new IOException(description + ": " + e.getMessage() + said(), e);
        }
    }

    private void checkOutcome() throws IOException {
        try {
            if (process.waitFor(TO_END.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() != 0) {
                errorReader.join(TO_END);
                throw new IOException(description + " ended with code " + process.exitValue() + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            InterruptedIOException interrupted = new InterruptedIOException(description + ": interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private String said() {
        synchronized (errors) {
            String text = errors.toString(StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : ": " + text;
        }
    }

    @Override
    public void shutdownOutput() {
        toProcess.end();
    }

    @Override
    public void patience(Duration newPatience) {
        patience = newPatience;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        toProcess.close();
        fromProcess.close();
        // Once it has ended, its number may be someone else's.
        if (process.isAlive()) {
            killGroup();
        }
        process.destroyForcibly();
    }

    /// The process leads a session of its own, whose number is its own.
    private void killGroup() {
        String group = Long.toString(process.pid());
        ProcessBuilder killer = new ProcessBuilder("/bin/sh", "-c", KILL, "flow-kill", group)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process _ = killer.start();
        } catch (IOException e) {
            LOG.warn("event=kill-failed flow=\"{}\" reason=\"{}\"", description, e.toString());
        }
    }
}
