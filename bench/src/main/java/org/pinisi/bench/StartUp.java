package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How long a start takes, and what an idle installation needs.
final class StartUp {
    private StartUp() {}

    /// @param version seconds of `pinisi --version`
    /// @param up seconds of `pinisi up --detach`, with nothing running before
    /// @param planeBytes resident memory of the idle control plane
    /// @param edgeBytes resident memory of the idle edge
    record Result(Stats version, Stats up, long planeBytes, long edgeBytes) {}

    static Result run(Path work, int times) {
        Stats version = new Stats();
        String program = Pinisi.home().resolve("pinisi").toString();
        for (int i = 0; i <= times; i++) {
            long begin = System.nanoTime();
            Shell.run(work, Map.of(), Duration.ofMinutes(15), List.of(program, "--version"))
                    .orFail(List.of(program, "--version"));
            if (i > 0) {
                version.add((System.nanoTime() - begin) / 1e9);
            }
        }
        Stats up = new Stats();
        long plane = 0;
        long edge = 0;
        for (int i = 0; i < Math.max(1, times / 4); i++) {
            try (Pinisi pinisi = Pinisi.up(work.resolve("data-" + i))) {
                up.add(pinisi.upSeconds());
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10));
                plane = Pinisi.memory(pinisi.controlPlane());
                edge = Pinisi.memory(pinisi.edge());
            }
        }
        return new Result(version, up, plane, edge);
    }
}
