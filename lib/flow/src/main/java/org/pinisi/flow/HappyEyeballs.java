package org.pinisi.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Connects to the first address that answers (RFC 8305): families take turns, the next address is tried
/// when one has failed or has not answered within the delay, the first connection wins and the others are
/// closed.
///
/// Names are resolved by the operating system for both families at once, so there is no race between the
/// two answers.
final class HappyEyeballs {
    /// The recommended "Connection Attempt Delay".
    static final Duration DELAY = Duration.ofMillis(250);

    /// No more of a host's addresses are tried.
    static final int MOST_ADDRESSES = 16;

    /// Connects to one address; ends with `InterruptedIOException` when interrupted and leaves nothing
    /// open then.
    @FunctionalInterface
    interface Dialer {
        Flow dial(InetSocketAddress address, Duration time) throws IOException;
    }

    private final Dialer dialer;
    private final Duration delay;

    HappyEyeballs(Dialer dialer, Duration delay) {
        this.dialer = dialer;
        this.delay = delay;
    }

    /// The addresses in the order to try: version 6 first, then by turns, each family in its given order.
    static List<InetAddress> interleave(List<InetAddress> addresses) {
        List<InetAddress> six =
                addresses.stream().filter(Inet6Address.class::isInstance).toList();
        List<InetAddress> four = addresses.stream()
                .filter(each -> !(each instanceof Inet6Address))
                .toList();
        List<InetAddress> turns = new ArrayList<>(addresses.size());
        for (int i = 0; i < Math.max(six.size(), four.size()); i++) {
            if (i < six.size()) {
                turns.add(six.get(i));
            }
            if (i < four.size()) {
                turns.add(four.get(i));
            }
        }
        return List.copyOf(turns);
    }

    /// @param host for messages
    /// @throws ConnectException if every address failed, all of them named; `SocketTimeoutException` if
    ///     time ran out
    Flow connect(String host, List<InetAddress> addresses, int port, Duration time)
            throws IOException, InterruptedException {
        List<InetSocketAddress> targets = interleave(addresses).stream()
                .distinct()
                .limit(MOST_ADDRESSES)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        if (targets.isEmpty()) {
            throw new ConnectException("the name " + host + " has no addresses");
        }
        return targets.size() == 1 ? dialer.dial(targets.getFirst(), time) : new Race(host, targets, time).run();
    }

    private record Outcome(
            InetSocketAddress target,
            @Nullable Flow flow,
            @Nullable Exception failure) {}

    private final class Race {
        private final String host;
        private final List<InetSocketAddress> targets;
        private final Duration time;
        private final long deadline;
        private final ReentrantLock lock = new ReentrantLock();
        private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>(MOST_ADDRESSES);
        private final List<Thread> runners = new ArrayList<>();
        private final List<Outcome> failures = new ArrayList<>();
        private boolean over;

        Race(String host, List<InetSocketAddress> targets, Duration time) {
            this.host = host;
            this.targets = targets;
            this.time = time;
            this.deadline = System.nanoTime() + time.toNanos();
        }

        Flow run() throws IOException, InterruptedException {
            try {
                while (failures.size() < targets.size()) {
                    if (runners.size() < targets.size()) {
                        start(targets.get(runners.size()));
                    }
                    Outcome outcome = next();
                    if (outcome == null && deadline - System.nanoTime() <= 0) {
                        break;
                    }
                    if (outcome != null && outcome.flow != null) {
                        return outcome.flow;
                    }
                    if (outcome != null) {
                        failures.add(outcome);
                    }
                }
                throw failure();
            } finally {
                end();
            }
        }

        private @Nullable Outcome next() throws InterruptedException {
            long left = Math.max(0, deadline - System.nanoTime());
            long pause = runners.size() < targets.size() ? Math.min(left, delay.toNanos()) : left;
            return outcomes.poll(pause, TimeUnit.NANOSECONDS);
        }

        private void start(InetSocketAddress target) {
            runners.add(Thread.ofVirtual().name("connect-" + target).start(() -> dial(target)));
        }

        private void dial(InetSocketAddress target) {
            try {
                Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
                Flow flow = dialer.dial(target, left);
                if (!finish(new Outcome(target, flow, null))) {
                    flow.close();
                }
            } catch (IOException | RuntimeException e) {
                finish(new Outcome(target, null, e));
            }
        }

        /// Whether anyone still waits for it.
        private boolean finish(Outcome outcome) {
            lock.lock();
            try {
                return !over && outcomes.offer(outcome);
            } finally {
                lock.unlock();
            }
        }

        private void end() {
            lock.lock();
            try {
                over = true;
                outcomes.forEach(Race::closeLate);
            } finally {
                lock.unlock();
            }
            runners.forEach(Thread::interrupt);
        }

        private static void closeLate(Outcome outcome) {
            if (outcome.flow != null) {
                outcome.flow.close();
            }
        }

        private IOException failure() {
            String reasons = failures.stream()
                    .map(each -> each.failure == null ? "" : each.failure.getMessage())
                    .collect(Collectors.joining("; "));
            boolean timeout = failures.size() < targets.size()
                    || failures.stream().allMatch(each -> each.failure instanceof SocketTimeoutException);
            String more = reasons.isEmpty() ? "" : " (" + reasons + ")";
            IOException all = timeout
                    ? new SocketTimeoutException(host + ": no connection within " + time + more)
                    : new ConnectException(
                            host + ": none of its " + targets.size() + " addresses can be reached" + more);
            failures.forEach(each -> {
                if (each.failure != null) {
                    all.addSuppressed(each.failure);
                }
            });
            return all;
        }
    }

    /// Asks for a name's addresses and waits no longer than that. The operating system's question can be
    /// neither bounded nor interrupted, so it is left behind when it takes too long; it ends by itself.
    static List<InetAddress> resolve(NameResolver resolver, String host, Duration time)
            throws IOException, InterruptedException {
        if (isLiteral(host)) {
            return List.of(InetAddress.ofLiteral(host));
        }
        BlockingQueue<Object> answer = new LinkedBlockingQueue<>(1);
        Thread.ofPlatform().daemon().name("resolve-" + host).start(() -> {
            try {
                answer.add(resolver.addresses(host));
            } catch (IOException | RuntimeException e) {
                answer.add(e);
            }
        });
        return switch (answer.poll(time.toNanos(), TimeUnit.NANOSECONDS)) {
            case null -> throw new SocketTimeoutException(host + ": no addresses were found within " + time);
            case InterruptedIOException e -> throw new IOException(host + ": " + e.getMessage(), e);
            case Exception e -> throw new ConnectException("no address is known for the name " + host);
            case List<?> found -> found.stream().map(InetAddress.class::cast).toList();
            case Object other -> throw new IllegalStateException("resolved to " + other);
        };
    }

    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0
                || (!host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }
}
