package org.pinisi.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.certificates.PassPhrase;

/// Names get certificates, and new ones when a person asks. Then all of them are due while the authority is
/// away, and renew themselves once it is back. One is revoked and replaced; three names point elsewhere
/// until they are set right. Under load all the time, of which nothing may be lost, and no certificate may
/// end.
///
/// So that all are due at once, the clock of the edge's certificates is moved by two thirds of their life;
/// the last third is what the time away takes from. Clients judge by the machine's clock, too.
final class RenewalBench {
    private static final int MISLED = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration REPEAT = Duration.ofSeconds(3);
    private static final Duration RESERVE = Duration.ofMinutes(20);
    private static final Duration LONG_LIFE = Duration.ofDays(90);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);

    private final RenewalSettings settings;
    private final RenewalRig rig;
    private final PrintWriter report;
    private final List<String> names;
    private final List<String> misled;
    private final Duration life;
    private final InstantSource machine = InstantSource.system();
    private Duration later = Duration.ZERO;
    private Duration leastLeft;

    private RenewalBench(RenewalSettings settings, RenewalRig rig, PrintWriter report) {
        this.settings = settings;
        this.rig = rig;
        this.report = report;
        this.names = IntStream.range(0, settings.names())
                .mapToObj("name%03d.renewals.test"::formatted)
                .toList();
        this.misled = IntStream.range(0, MISLED)
                .mapToObj("misled%d.renewals.test"::formatted)
                .toList();
        this.life = settings.away().plus(RESERVE).multipliedBy(3);
        this.leastLeft = life;
    }

    /// @throws BenchException when a promise was broken
    static void run(Path work, RenewalSettings settings) throws InterruptedException {
        Duration tenth = settings.away().dividedBy(10);
        Duration longestWait = tenth.compareTo(SHORTEST_WAIT) > 0 ? tenth : SHORTEST_WAIT;
        try {
            Files.createDirectories(settings.report().toAbsolutePath().resolveSibling("."));
            try (PrintWriter report = new PrintWriter(Files.newBufferedWriter(settings.report()), true);
                    RenewalRig rig = new RenewalRig(work, longestWait)) {
                new RenewalBench(settings, rig, report).run();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void run() throws IOException, InterruptedException {
        rig.start(life);
        for (String name : misled) {
            rig.authority().point(name, "127.0.0.66");
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(misled);
        RenewalLoad load = new RenewalLoad(rig.securePort(), rig.authority(), settings.rate());
        try (load) {
            phase("issued", load, () -> issued(all, load));
            saysWhatIsWrong();
            Map<String, String> first = rig.serials();
            phase("renewed because a person asked", load, () -> {
                names.forEach(rig::renew);
                renewed(first, load);
            });
            Map<String, String> second = rig.serials();
            phase("served while the authority was away and all were due", load, () -> away(second));
            phase("renewed by themselves once it was back", load, () -> {
                rig.authority().start(LONG_LIFE);
                renewed(second, load);
            });
            phase("revoked one and got another", load, () -> revoked(names.getFirst()));
            phase("set right the names that pointed elsewhere", load, () -> setRight(load));
            await("what is served is what the edge says it has", () -> servesWhatItSays(load, all));
        }
        held(load);
        inTheBook();
        say("HELD: nothing lost, no wrong certificate shown, none ended");
    }

    /// Something that takes its time.
    private interface Part {
        void run() throws IOException, InterruptedException;
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /// Runs a part, and says its figures.
    private void phase(String what, RenewalLoad load, Part part) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long requests = load.requests();
        long handshakes = load.handshakes();
        part.run();
        say(String.format(
                Locale.ROOT,
                "%s: %.1f s, %d requests, %d handshakes; until now %d lost, %d bad handshakes, %d dropped connections",
                what,
                (System.nanoTime() - begin) / 1e9,
                load.requests() - requests,
                load.handshakes() - handshakes,
                load.lost().size(),
                load.badHandshakes().size(),
                load.dropped().size()));
    }

    private void say(String line) {
        report.println(line);
        System.out.println(line);
    }

    private void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                List<String> said = rig.said().lines().toList();
                throw new BenchException("waited " + PATIENCE + " in vain for: " + what + "; the edge said last:\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - 30), said.size())));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BenchException(otherwise);
        }
    }

    private void issued(List<String> all, RenewalLoad load) throws IOException, InterruptedException {
        rig.route(all);
        Set<String> asked = new HashSet<>();
        await("a certificate for each name", () -> {
            look().keySet().stream()
                    .filter(name -> names.contains(name) && asked.add(name))
                    .forEach(load::include);
            return asked.size() == names.size();
        });
    }

    /// The numbers of all certificates, none of which has ended.
    private Map<String, String> look() {
        Map<String, String> serials = new HashMap<>();
        Instant now = machine.instant().plus(later);
        for (CertificateStatus status : rig.statuses()) {
            status.serial().ifPresent(serial -> serials.put(status.name(), serial));
            status.notAfter().ifPresent(end -> {
                Duration left = Duration.between(now, end);
                require(left.isPositive(), "the certificate of " + status.name() + " ended at " + end);
                leastLeft = left.compareTo(leastLeft) < 0 ? left : leastLeft;
            });
        }
        return serials;
    }

    private void saysWhatIsWrong() throws IOException, InterruptedException {
        for (String name : misled) {
            await("a failure of " + name, () -> attempts(name).findFirst().isPresent());
            String words = attempts(name).toList().getLast().words();
            require(
                    words.contains(name + " points to 127.0.0.66, which is not this machine (127.0.0.1)")
                            && words.contains("set the record: " + name + ". A 127.0.0.1"),
                    "of a name that points elsewhere the edge says: " + words);
        }
    }

    private Stream<Attempt> attempts(String name) {
        return rig.statuses().stream()
                .filter(status -> status.name().equals(name))
                .flatMap(status -> status.attempts().stream());
    }

    /// Each name has another certificate than before, and new connections have seen it.
    private void renewed(Map<String, String> before, RenewalLoad load) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<Double> seconds = new ArrayList<>();
        await("another certificate for each", () -> {
            Map<String, String> now = look();
            long done = names.stream()
                    .filter(name -> !now.getOrDefault(name, "").equals(before.get(name)))
                    .count();
            double since = (System.nanoTime() - begin) / 1e9;
            for (long i = seconds.size(); i < done; i++) {
                seconds.add(since);
            }
            return done == names.size();
        });
        say(String.format(
                Locale.ROOT,
                "  the first of %d after %.1f s, half after %.1f s, the last after %.1f s",
                names.size(),
                seconds.getFirst(),
                seconds.get(seconds.size() / 2),
                seconds.getLast()));
        Map<String, String> now = rig.serials();
        await(
                "new connections see the new certificates",
                () -> names.stream()
                        .allMatch(name -> load.shown(name).orElse("none").equals(now.get(name))));
    }

    /// Nobody asks for anything here: the edge finds all of them due, and its authority gone.
    private void away(Map<String, String> before) throws IOException, InterruptedException {
        rig.authority().stop();
        long end = System.nanoTime() + settings.away().toNanos();
        later = life.multipliedBy(2).dividedBy(3);
        rig.tell("later " + later.toSeconds());
        await(
                "a failure that is told",
                () -> rig.statuses().stream()
                        .anyMatch(status -> status.state() == CertificateStatus.State.RENEWAL_FAILING));
        while (System.nanoTime() < end) {
            require(look().equals(before), "certificates changed while the authority was away");
            TimeUnit.SECONDS.sleep(1);
        }
        long tries = names.stream()
                .flatMap(this::attempts)
                .filter(attempt -> attempt.outcome() == Attempt.Outcome.FAILED)
                .count();
        say(String.format(
                Locale.ROOT,
                "  away for %s: %d tries by all %d names together; the certificate that ended first had %d min left",
                settings.away(),
                tries,
                names.size(),
                leastLeft.toMinutes()));
    }

    private void revoked(String name) throws IOException, InterruptedException {
        String old = String.valueOf(rig.serials().get(name));
        rig.tell("revoke " + name);
        await("another certificate for " + name, () -> !old.equals(look().get(name)));
        String status = rig.authority().status(old);
        require(status.contains("Revoked"), "the authority says of what was revoked: " + status);
    }

    /// A person asks again until it has worked, since records take a while to be seen.
    private void setRight(RenewalLoad load) throws IOException, InterruptedException {
        for (String name : misled) {
            rig.authority().point(name, "127.0.0.1");
        }
        long[] asked = new long[1];
        await("a certificate for each of them", () -> {
            Map<String, String> now = look();
            List<String> missing =
                    misled.stream().filter(name -> !now.containsKey(name)).toList();
            if (System.nanoTime() - asked[0] > REPEAT.toNanos()) {
                missing.forEach(rig::renew);
                asked[0] = System.nanoTime();
            }
            return missing.isEmpty();
        });
        misled.forEach(load::include);
    }

    private boolean servesWhatItSays(RenewalLoad load, List<String> all) throws IOException {
        Map<String, String> now = look();
        for (String name : all) {
            if (!load.served(name).equals(now.get(name))) {
                return false;
            }
        }
        return true;
    }

    private void held(RenewalLoad load) throws IOException {
        say(String.format(
                Locale.ROOT,
                "in all: %d requests, %d handshakes, %d connections kept from the beginning to the end",
                load.requests(),
                load.handshakes(),
                load.opened()));
        none("lost requests", load.lost());
        none("handshakes with a wrong certificate, or none", load.badHandshakes());
        none("dropped connections", load.dropped());
        require(load.opened() == RenewalLoad.kept(), "connections that were kept: " + load.opened());
        require(!rig.said().contains("LEAK"), "the edge leaked buffers: " + rig.said());
    }

    private static void none(String what, List<String> broken) {
        require(
                broken.isEmpty(),
                broken.size() + " " + what + ": " + broken.stream().limit(20).toList());
    }

    /// What the repository says once the edge has ended: all certificates, and why some failed at first.
    private void inTheBook() throws IOException, InterruptedException {
        rig.end();
        try (PassPhrase phrase = PassPhrase.of(RenewalEdge.WORDS.toCharArray());
                CertificateBook book = CertificateBook.local(rig.book(), phrase, BookSettings.of(machine))) {
            long kept = book.entries().stream()
                    .filter(entry -> entry.certified().isPresent())
                    .count();
            require(kept == names.size() + misled.size(), kept + " certificates are in the book");
            for (String name : misled) {
                List<Attempt> attempts = book.entry(name).orElseThrow().attempts();
                require(
                        attempts.getFirst().outcome() != Attempt.Outcome.ISSUED
                                && attempts.getLast().outcome() == Attempt.Outcome.ISSUED,
                        "the book says of " + name + ": " + attempts);
            }
        }
    }
}
