package org.pinisi.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A configuration's folder, for tests.
final class ConfigFolder {
    private final Path folder;

    /// Made when missing, with a listener on a free port.
    ConfigFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("routes"));
        write("edge.yaml", "listen: 127.0.0.1:0\nloops: 2\naccess-log: off\nlimits: {stop-time: 2s}\n");
    }

    Path path() {
        return folder;
    }

    /// Writes beside and renames, as careful programs do.
    void write(String name, String text) throws IOException {
        Path fresh = folder.resolve(name + ".tmp");
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Writes a route of this host to one upstream.
    void route(String name, Upstream upstream) throws IOException {
        write("routes/" + name + ".yaml", "hosts: " + name + ".test\ntarget: " + upstream.address() + "\n");
    }

    void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }
}
