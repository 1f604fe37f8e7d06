package org.pinisi.host;

import java.time.Instant;
import java.util.Optional;
import org.pinisi.process.Exit;
import org.pinisi.process.ProcessId;

/// What is known of a unit on disk: enough for the next host to go on where this one stopped.
///
/// @param wish what it should be
/// @param process the process that was last started and has not been seen to end
/// @param since when that was started
/// @param restarts how often it was started again, all told
/// @param streak how often in a row without staying up
record UnitRecord(
        UnitSpec spec,
        int port,
        Wish wish,
        Optional<ProcessId> process,
        Optional<Instant> since,
        int restarts,
        int streak,
        Optional<Exit> lastExit,
        boolean outOfMemory) {
    enum Wish {
        RUN,
        STOP,
        REMOVE
    }

    static UnitRecord fresh(UnitSpec spec, int port) {
        return new UnitRecord(spec, port, Wish.RUN, Optional.empty(), Optional.empty(), 0, 0, Optional.empty(), false);
    }

    UnitRecord wishing(Wish next) {
        return new UnitRecord(spec, port, next, process, since, restarts, streak, lastExit, outOfMemory);
    }

    UnitRecord listening(int next) {
        return new UnitRecord(spec, next, wish, process, since, restarts, streak, lastExit, outOfMemory);
    }

    UnitRecord started(ProcessId id, Instant now) {
        return new UnitRecord(
                spec, port, wish, Optional.of(id), Optional.of(now), restarts, streak, lastExit, outOfMemory);
    }

    UnitRecord ended(Exit exit, boolean atMemoryLimit) {
        return new UnitRecord(
                spec, port, wish, Optional.empty(), since, restarts, streak, Optional.of(exit), atMemoryLimit);
    }

    UnitRecord restarting(int nextStreak) {
        return new UnitRecord(spec, port, wish, process, since, restarts + 1, nextStreak, lastExit, outOfMemory);
    }

    UnitRecord anew() {
        return new UnitRecord(spec, port, Wish.RUN, Optional.empty(), since, restarts, 0, lastExit, outOfMemory);
    }
}
