package org.pinisi.edge;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pinisi.edge.ConfigReader.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a running edge at what its configuration says, live: looks when told, when something has changed,
/// and from time to time. A change is taken over whole, in one step, or refused whole; then what served
/// before serves on.
///
/// Thread-safe. Whoever opened it closes it, which ends the following and closes the source; the edge
/// runs on.
public final class EdgeConfiguration implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeConfiguration.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final ConfigSource source;
    private final ConfigReader reader;
    private final LastGood lastGood;
    private final Duration poll;
    private final InstantSource clock;
    private final EdgeSetup initial;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Condition looked = lock.newCondition();
    /// Looks asked for, begun and done, each numbered: a look serves everybody who asked before it began.
    private long asked;

    private long begun;
    private long done;
    private boolean closed;
    private ConfigFiles serving;
    private volatile ConfigStatus status;
    private boolean following;
    private @Nullable Thread thread;

    private EdgeConfiguration(
            ConfigSource source,
            ConfigReader reader,
            LastGood lastGood,
            Duration poll,
            InstantSource clock,
            Start start) {
        this.source = source;
        this.reader = reader;
        this.lastGood = lastGood;
        this.poll = poll;
        this.clock = clock;
        this.initial = start.setup();
        this.serving = start.files();
        Instant now = clock.instant();
        this.status = new ConfigStatus(
                source.place(),
                serving.version(),
                now,
                initial.routes().size(),
                now,
                start.trouble(),
                start.problems(),
                List.of());
    }

    /// What an edge begins with.
    private record Start(EdgeSetup setup, ConfigFiles files, Optional<String> trouble, List<ConfigProblem> problems) {}

    /// Reads the configuration; when there is none that can be used, the one that served last, so that an
    /// edge comes back whatever has become of its configuration meanwhile. Owns `source` from now on.
    ///
    /// @param folder for the edge's own files, as in [EdgeConfig#of]; keeps what served last
    /// @param fixed settings of [EdgeConfig#of] that win over the files
    /// @param poll how often to look when nothing is noticed
    /// @throws EdgeException when there is neither; the message has every problem, a line each
    public static EdgeConfiguration open(
            ConfigSource source, Path folder, Map<String, String> fixed, Duration poll, InstantSource clock) {
        ConfigReader reader = new ConfigReader(folder, fixed);
        LastGood lastGood = new LastGood(folder.resolve("configuration.json"), source.place());
        Optional<ConfigFiles> before = lastGood.load();
        before.ifPresent(source::serving);
        boolean opened = false;
        try {
            Start start = start(source, reader, before);
            EdgeConfiguration configuration = new EdgeConfiguration(source, reader, lastGood, poll, clock, start);
            source.serving(start.files());
            lastGood.save(start.files());
            opened = true;
            return configuration;
        } finally {
            if (!opened) {
                source.close();
            }
        }
    }

    private static Start start(ConfigSource source, ConfigReader reader, Optional<ConfigFiles> before) {
        ConfigFiles files;
        try {
            files = source.newest();
        } catch (EdgeException away) {
            return before.flatMap(last -> again(reader, last, String.valueOf(away.getMessage()), List.of()))
                    .orElseThrow(() -> away);
        }
        return switch (reader.read(files)) {
            case Reading.Good(EdgeSetup setup) -> new Start(setup, files, Optional.empty(), List.of());
            case Reading.Bad(List<ConfigProblem> problems) -> {
                String said = words(source.place(), problems);
                yield before.flatMap(last -> again(reader, last, said, problems))
                        .orElseThrow(() -> new EdgeException(said));
            }
        };
    }

    private static Optional<Start> again(
            ConfigReader reader, ConfigFiles last, String trouble, List<ConfigProblem> problems) {
        return switch (reader.read(last)) {
            case Reading.Good(EdgeSetup setup) -> {
                log.warn("event=config-last-good version={} reason=\"{}\"", last.version(), oneLine(trouble));
                yield Optional.of(new Start(setup, last, Optional.of(trouble), problems));
            }
            case Reading.Bad _ -> Optional.empty();
        };
    }

    /// Reads the files as an edge would, and uses nothing of them.
    ///
    /// @return all that is wrong; empty when they could be used
    /// @throws EdgeException when there is no configuration there
    public static List<ConfigProblem> check(ConfigSource source, Path folder, Map<String, String> fixed) {
        return switch (new ConfigReader(folder, fixed).read(source.newest())) {
            case Reading.Good _ -> List.of();
            case Reading.Bad(List<ConfigProblem> problems) -> problems;
        };
    }

    /// What the edge is to be started with.
    public EdgeSetup setup() {
        return initial;
    }

    /// From now on, what changes is taken over into these routes, which began with those of [#setup].
    void follow(Routes running) {
        lock.lock();
        try {
            if (following || closed) {
                throw new IllegalStateException("a configuration is followed once");
            }
            following = true;
            thread = Thread.ofVirtual().name("config-follow").start(() -> run(running));
        } finally {
            lock.unlock();
        }
        source.watch(this::wake);
    }

    /// What serves, and whether that is what is there.
    public ConfigStatus status() {
        return status;
    }

    /// Says that something may have changed; returns at once.
    public void wake() {
        lock.lock();
        try {
            ask();
        } finally {
            lock.unlock();
        }
    }

    /// Looks, and waits for how that ends: with a look that begins after this call.
    ///
    /// @throws EdgeException when it takes longer than `patience`
    public ConfigStatus reload(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            long mine = ask();
            while (done < mine) {
                if (left <= 0 || closed) {
                    throw new EdgeException("the configuration at " + source.place()
                            + (closed
                                    ? " is followed no longer"
                                    : " was not read within " + patience.toSeconds() + " s"));
                }
                left = looked.awaitNanos(left);
            }
            return status;
        } finally {
            lock.unlock();
        }
    }

    private long ask() {
        if (asked <= begun) {
            asked = begun + 1;
        }
        told.signal();
        return asked;
    }

    private void run(Routes running) {
        try {
            while (true) {
                await();
                look(running);
                finish();
            }
        } catch (InterruptedException stopped) {
            log.debug("event=config-follow-stopped place={}", source.place());
        }
    }

    private void await() throws InterruptedException {
        long left = poll.toNanos();
        lock.lockInterruptibly();
        try {
            while (asked <= begun && left > 0) {
                left = told.awaitNanos(left);
            }
            begun = Math.max(asked, begun + 1);
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            done = begun;
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void look(Routes running) throws InterruptedException {
        ConfigFiles files;
        try {
            files = source.newest();
        } catch (EdgeException away) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped while looking");
            }
            refused(String.valueOf(away.getMessage()), List.of());
            return;
        }
        if (files.sameAs(serving)) {
            well(List.of());
            return;
        }
        switch (reader.read(files)) {
            case Reading.Bad(List<ConfigProblem> problems) -> refused(words(source.place(), problems), problems);
            case Reading.Good(EdgeSetup setup) -> apply(running, files, setup);
        }
    }

    private void apply(Routes running, ConfigFiles files, EdgeSetup setup) {
        try {
            running.replaceAll(RouteSource.FILES, setup.routes());
        } catch (EdgeException unusable) {
            refused(String.valueOf(unusable.getMessage()), List.of());
            return;
        }
        serving = files;
        source.serving(files);
        lastGood.save(files);
        List<String> restart = differences(setup);
        Instant now = clock.instant();
        status = new ConfigStatus(
                source.place(), files.version(), now, setup.routes().size(), now, Optional.empty(), List.of(), restart);
        log.info(
                "event=config-applied place={} version={} routes={} restart-needed={}",
                source.place(),
                files.version(),
                setup.routes().size(),
                restart);
    }

    /// Settings that the running edge was not started with.
    private List<String> differences(EdgeSetup now) {
        TreeSet<String> keys = new TreeSet<>(now.words().keySet());
        keys.addAll(initial.words().keySet());
        List<String> different = new ArrayList<>();
        for (String key : keys) {
            if (!Objects.equals(now.words().get(key), initial.words().get(key))) {
                different.add(key);
            }
        }
        return different;
    }

    private void well(List<ConfigProblem> none) {
        ConfigStatus before = status;
        status = new ConfigStatus(
                before.place(),
                before.version(),
                before.since(),
                before.routes(),
                clock.instant(),
                Optional.empty(),
                none,
                before.restart());
        if (before.trouble().isPresent()) {
            log.info("event=config-trouble-over place={} version={}", source.place(), before.version());
        }
    }

    private void refused(String trouble, List<ConfigProblem> problems) {
        ConfigStatus before = status;
        status = new ConfigStatus(
                before.place(),
                before.version(),
                before.since(),
                before.routes(),
                clock.instant(),
                Optional.of(trouble),
                problems,
                before.restart());
        if (!before.trouble().equals(Optional.of(trouble))) {
            log.warn(
                    "event=config-refused place={} serving={} reason=\"{}\"",
                    source.place(),
                    before.version(),
                    oneLine(trouble));
        }
    }

    private static String words(String place, List<ConfigProblem> problems) {
        StringBuilder text =
                new StringBuilder("the configuration in ").append(place).append(" cannot be used:");
        problems.forEach(problem -> text.append('\n').append(problem));
        return text.toString();
    }

    private static String oneLine(String text) {
        return text.replace("\n", " | ");
    }

    @Override
    public void close() {
        Thread following;
        lock.lock();
        try {
            closed = true;
            looked.signalAll();
            following = thread;
        } finally {
            lock.unlock();
        }
        if (following != null) {
            following.interrupt();
            try {
                if (!following.join(CLOSE_TIME)) {
                    log.warn("event=config-close-incomplete place={}", source.place());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        source.close();
    }
}
