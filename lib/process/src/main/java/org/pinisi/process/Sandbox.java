package org.pinisi.process;

import java.nio.file.Path;
import java.util.List;

/// What a process may see and write of the machine.
public sealed interface Sandbox {
    /// Everything that our own user may.
    record None() implements Sandbox {}

    /// A bubblewrap(1) container under our own user: namespaces of its own for processes, IPC, host name and control
    /// groups; the network is the machine's. `/` is read-only; `/tmp`, `/var/tmp`, `/dev` and `/proc` are its own;
    /// `/root`, `/home` and `/run` are empty; no capabilities, no new privileges.
    ///
    /// All paths are absolute and keep their place inside. What is to be shown must exist, and is refused at the
    /// start otherwise. Where lists overlap, writable wins over read-only, and both over hidden.
    ///
    /// @param readOnly folders and files shown though they lie in a hidden place, read-only
    /// @param writable folders that may be written
    /// @param hidden folders shown empty, and files made unreadable; what does not exist needs no hiding
    record Bubblewrap(List<Path> readOnly, List<Path> writable, List<Path> hidden) implements Sandbox {
        public Bubblewrap {
            readOnly = List.copyOf(readOnly);
            writable = List.copyOf(writable);
            hidden = List.copyOf(hidden);
            refuseRelative(readOnly);
            refuseRelative(writable);
            refuseRelative(hidden);
        }

        private static void refuseRelative(List<Path> paths) {
            for (Path path : paths) {
                if (!path.isAbsolute() || !path.normalize().equals(path) || path.getNameCount() == 0) {
                    throw new IllegalArgumentException(
                            "expected an absolute, normalised path other than /, found \"" + path + "\"");
                }
            }
        }
    }
}
