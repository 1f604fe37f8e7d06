package org.pinisi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.Target;
import org.pinisi.edge.Upstream;
import org.pinisi.http.Address;

/// The upstreams of the mixed load, two a route, and the edge's routes to them. For one thread.
final class HourUnits implements AutoCloseable {
    static final List<String> ROUTES = List.of("one", "two", "three");
    private static final int UNITS = 2;
    private static final Duration DRAIN = Duration.ofSeconds(60);

    private final EdgeClient edge;
    private final HourTally tally;
    private final Map<String, List<Unit>> running = new TreeMap<>();
    private int count;

    /// A process and where it listens.
    private record Unit(String id, Process process, int port) {}

    HourUnits(EdgeClient edge, HourTally tally) {
        this.edge = edge;
        this.tally = tally;
    }

    void start() {
        for (String route : ROUTES) {
            List<Unit> units = new ArrayList<>();
            running.put(route, units);
            for (int i = 0; i < UNITS; i++) {
                units.add(begin(route));
            }
            publish(route);
        }
    }

    private Unit begin(String route) {
        count++;
        String id = route + "-" + count;
        Distribution distribution = Distribution.current();
        List<String> command = List.of(
                distribution.java(),
                "@" + distribution.folder().resolve("edge.args"),
                "-cp",
                distribution.classPath() + ":" + Distribution.classesOf(HourUpstream.class),
                HourUpstream.class.getName(),
                route,
                id);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // The unit says nothing more than its port.
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            String port = said.readLine();
            if (port == null) {
                throw new BenchException("the upstream " + id + " did not start");
            }
            return new Unit(id, process, Integer.parseInt(port));
        } catch (IOException failure) {
            throw new BenchException("cannot start " + command, failure);
        }
    }

    private void publish(String route) {
        List<Upstream> upstreams = running.getOrDefault(route, List.of()).stream()
                .map(unit -> new Upstream(unit.id, new Address.Inet("127.0.0.1", unit.port)))
                .toList();
        edge.put(new EdgeRoute(route, List.of(route + ".localhost"), new Target.Upstreams(upstreams)));
    }

    /// Replaces one as a rollout does: the new one serves before the old one is drained and stopped.
    void replace(String route) {
        List<Unit> units = running.getOrDefault(route, List.of());
        Unit old = units.removeFirst();
        units.add(begin(route));
        publish(route);
        int left = edge.drain(old.id, DRAIN);
        if (left > 0) {
            tally.failed("drain", route, System.nanoTime(), left + " requests were still under way at " + old.id);
        }
        old.process.destroyForcibly();
    }

    /// Kills one with requests under way, and replaces it a while after.
    void kill(String route) throws InterruptedException {
        List<Unit> units = running.getOrDefault(route, List.of());
        Unit killed = units.removeFirst();
        tally.killed(route);
        killed.process.destroyForcibly();
        TimeUnit.SECONDS.sleep(2);
        units.add(begin(route));
        publish(route);
    }

    /// The route leads to the same upstreams in another order.
    void turn(String route) {
        List<Unit> units = running.getOrDefault(route, List.of());
        units.add(units.removeFirst());
        publish(route);
    }

    @Override
    public void close() {
        running.values().forEach(units -> units.forEach(unit -> unit.process.destroyForcibly()));
    }
}
