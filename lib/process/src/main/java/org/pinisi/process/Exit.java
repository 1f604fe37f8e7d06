package org.pinisi.process;

/// How a process ended.
public sealed interface Exit {
    /// Ended by itself.
    ///
    /// @param code 0 to 255; 0 means success
    record Code(int code) implements Exit {}

    /// Ended by a signal, or reported so by the custom of shells and of bubblewrap (code = 128 + signal, 1 to 64):
    /// the two cannot be told apart through a wrapper.
    ///
    /// @param signal as in signal(7): 9 KILL, 15 TERM …
    record Signal(int signal) implements Exit {}

    /// Ended, but it was no child of ours (adopted), so that the kernel told somebody else how.
    record Unknown() implements Exit {}

    /// Whether this is certainly a success: code 0.
    default boolean succeeded() {
        return this instanceof Code(int code) && code == 0;
    }

    /// For people: `exit code 3`, `signal 9 (KILL)`, `unknown exit`.
    default String describe() {
        return switch (this) {
            case Code(int code) -> "exit code " + code;
            case Signal(int signal) -> "signal " + signal + Signals.name(signal);
            case Unknown() -> "unknown exit";
        };
    }

    /// Reads the number that a parent process is told: beyond 128 it is a signal.
    static Exit ofStatus(int status) {
        if (status > 128 && status <= 128 + 64) {
            return new Signal(status - 128);
        }
        return new Code(status);
    }
}
