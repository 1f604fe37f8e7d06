package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.pinisi.vault.Vault;

/// How a host is set up. All paths are absolute.
///
/// @param data the host's own folder (`units`, `consoles`, `scratch` below it), made with mode 0700 when missing
/// @param socket where it listens; its folder is made with mode 0700 when missing; at most 100 bytes
/// @param vault seals the units' secrets at rest
/// @param hidden folders that no unit may see, such as Pinisi's whole data folder; a unit's own image is shown all
/// the same
/// @param visible folders and files shown to units, read-only, though they lie in a hidden place or a home folder
/// @param consoleBytes how much of each unit's console is kept, 64 KiB to 1 GiB
/// @param removedConsoles how many consoles of removed units are kept, 0 to 10,000; the oldest go first
/// @param clock the time
public record HostConfig(
        Path data,
        Path socket,
        Vault vault,
        List<Path> hidden,
        List<Path> visible,
        long consoleBytes,
        int removedConsoles,
        InstantSource clock) {
    /// 16 MiB.
    public static final long DEFAULT_CONSOLE_BYTES = 16L << 20;

    /// 100.
    public static final int DEFAULT_REMOVED_CONSOLES = 100;

    public HostConfig {
        requireNonNull(vault, "vault");
        requireNonNull(clock, "clock");
        hidden = List.copyOf(hidden);
        visible = List.copyOf(visible);
        if (!data.isAbsolute() || !socket.isAbsolute()) {
            throw new IllegalArgumentException("data, socket: expected absolute paths, found " + data + ", " + socket);
        }
        if (consoleBytes < 64 << 10 || consoleBytes > 1 << 30) {
            throw new IllegalArgumentException("consoleBytes: expected 65536 to 1073741824, found " + consoleBytes);
        }
        if (removedConsoles < 0 || removedConsoles > 10_000) {
            throw new IllegalArgumentException("removedConsoles: expected 0 to 10000, found " + removedConsoles);
        }
    }

    /// The usual set-up: the host's folder and the given one are hidden from units, the system clock, default sizes.
    public static HostConfig of(Path data, Path socket, Vault vault, Path hidden) {
        return new HostConfig(
                data,
                socket,
                vault,
                List.of(hidden),
                List.of(),
                DEFAULT_CONSOLE_BYTES,
                DEFAULT_REMOVED_CONSOLES,
                InstantSource.system());
    }
}
