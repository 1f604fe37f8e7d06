package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.pinisi.process.Exit;

/// What a unit is doing.
public sealed interface UnitState {
    /// About to be started.
    record Starting() implements UnitState {}

    /// Its process is alive. Whether it answers is for others to ask.
    ///
    /// @param pid its process number on the machine
    /// @param since when it was started
    record Running(long pid, Instant since) implements UnitState {
        public Running {
            requireNonNull(since, "since");
        }
    }

    /// It ended by itself and will be started again.
    ///
    /// @param until when
    /// @param restarts how often in a row it was started again without staying up for 60 s
    /// @param lastExit how it ended
    record BackingOff(Instant until, int restarts, Exit lastExit) implements UnitState {
        public BackingOff {
            requireNonNull(until, "until");
            requireNonNull(lastExit, "lastExit");
        }
    }

    /// It ended, by itself or because it was told to, and stays so.
    ///
    /// @param exit how it ended
    record Stopped(Exit exit) implements UnitState {
        public Stopped {
            requireNonNull(exit, "exit");
        }
    }

    /// It could not be started, and another attempt would not help.
    ///
    /// @param message why, and what to do
    record Failed(String message) implements UnitState {
        public Failed {
            requireNonNull(message, "message");
        }
    }
}
