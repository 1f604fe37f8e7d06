package org.pinisi.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pinisi.http.Address;
import org.pinisi.http.Loops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after upstreams off the event loops: looks their host names up again and asks them for their
/// health, each upstream on a virtual thread of its own, of which at most 64 ask at once. Not thread-safe:
/// one change at a time.
final class UpstreamCare implements AutoCloseable {
    /// Finds the addresses of a host name; blocks.
    @FunctionalInterface
    interface NameLookup {
        List<InetAddress> find(String host) throws UnknownHostException;

        /// As the system does it.
        static NameLookup system() {
            return host -> List.of(InetAddress.getAllByName(host));
        }
    }

    private record Lookup(UpstreamState state, Duration every) {}

    private record Check(Member member, HealthCheckRule rule) {}

    private static final Logger log = LoggerFactory.getLogger(UpstreamCare.class);
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_ADDRESSES = 8;

    private final Function<Address.Unix, SocketAddress> sockets;
    private final NameLookup names;
    private final BiFunction<Upstream, HealthCheckRule, HealthProbe> probes;
    private final Semaphore asking = new Semaphore(MOST_AT_ONCE);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Object, Thread> threads = new HashMap<>();

    UpstreamCare(Loops loops) {
        this(loops::socketAddress, NameLookup.system(), UpstreamProbe::new);
    }

    UpstreamCare(
            Function<Address.Unix, SocketAddress> sockets,
            NameLookup names,
            BiFunction<Upstream, HealthCheckRule, HealthProbe> probes) {
        this.sockets = sockets;
        this.names = names;
        this.probes = probes;
    }

    /// Where the address leads now; nowhere when it is a host name that is unknown. Blocks; event loops
    /// must not.
    List<SocketAddress> resolve(Address address) {
        return switch (address) {
            case Address.Unix unix -> List.of(sockets.apply(unix));
            case Address.Inet(String host, int port) -> {
                try {
                    Stream<SocketAddress> found = names.find(host).stream()
                            .limit(MOST_ADDRESSES)
                            .map(one -> new InetSocketAddress(one, port));
                    yield found.toList();
                } catch (UnknownHostException unknown) {
                    yield List.of();
                }
            }
        };
    }

    /// Looks after the upstreams of these routes from now on, and no others.
    void follow(Collection<RouteEntry> entries) {
        Set<Object> wanted = new HashSet<>();
        for (RouteEntry entry : entries) {
            Duration every = entry.resolveEvery();
            for (Member member : entry.members().all()) {
                if (isName(member.state().upstream().address())) {
                    wanted.add(new Lookup(member.state(), every));
                }
                entry.route().rules().healthCheck().ifPresent(rule -> wanted.add(new Check(member, rule)));
            }
        }
        threads.entrySet().removeIf(running -> {
            if (wanted.contains(running.getKey())) {
                return false;
            }
            running.getValue().interrupt();
            return true;
        });
        for (Object task : wanted) {
            threads.computeIfAbsent(task, this::start);
        }
    }

    private static boolean isName(Address address) {
        if (!(address instanceof Address.Inet(String host, int _))) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(host) == null;
        } catch (IllegalArgumentException name) {
            return true;
        }
    }

    private Thread start(Object task) {
        return switch (task) {
            case Lookup(UpstreamState state, Duration every) ->
                Thread.ofVirtual().name("edge-lookup-" + state.id()).start(() -> lookUp(state, every));
            case Check(Member member, HealthCheckRule rule) ->
                Thread.ofVirtual().name("edge-health-" + member.state().id()).start(() -> check(member, rule));
            default -> throw new IllegalStateException("no task: " + task);
        };
    }

    private void lookUp(UpstreamState state, Duration every) {
        try {
            while (!ended.await(jittered(every).toNanos(), TimeUnit.NANOSECONDS)) {
                asking.acquire();
                try {
                    List<SocketAddress> found = resolve(state.upstream().address());
                    if (!found.isEmpty() && !new HashSet<>(found).equals(new HashSet<>(state.addresses()))) {
                        log.info("event=upstream-moved upstream={} addresses={}", state.id(), found);
                        state.addresses(found);
                    }
                } finally {
                    asking.release();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(Member member, HealthCheckRule rule) {
        int inARow = 0;
        boolean last = true;
        try (HealthProbe probe = probes.apply(member.state().upstream(), rule)) {
            do {
                String problem;
                asking.acquire();
                try {
                    problem = probe.ask();
                } finally {
                    asking.release();
                }
                boolean well = problem == null;
                inARow = well == last ? inARow + 1 : 1;
                last = well;
                if (well != member.isHealthy() && inARow >= (well ? rule.rise() : rule.fall())) {
                    member.healthy(well, System.nanoTime());
                    if (well) {
                        log.info(
                                "event=upstream-healthy upstream={}",
                                member.state().id());
                    } else {
                        log.warn(
                                "event=upstream-unhealthy upstream={} cause=\"{}\"",
                                member.state().id(),
                                problem);
                    }
                }
            } while (!ended.await(jittered(rule.interval()).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Give or take a tenth, so that what began together does not stay together.
    private static Duration jittered(Duration time) {
        long tenth = Math.max(1, time.toNanos() / 10);
        return time.plusNanos(ThreadLocalRandom.current().nextLong(-tenth, tenth + 1));
    }

    @Override
    public void close() {
        ended.countDown();
        threads.values().forEach(Thread::interrupt);
        threads.clear();
    }
}
