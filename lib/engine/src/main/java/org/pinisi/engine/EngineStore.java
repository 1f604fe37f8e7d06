package org.pinisi.engine;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// Where an engine keeps the results and the history of its jobs.
///
/// @param file the SQLite file, made when missing; empty: in memory, gone when the engine is closed
public record EngineStore(Optional<Path> file) {
    /// Checks that it is there.
    public EngineStore {
        Objects.requireNonNull(file, "file");
    }

    /// In `file`, which belongs to one engine at a time.
    public static EngineStore at(Path file) {
        return new EngineStore(Optional.of(file));
    }

    /// In memory.
    public static EngineStore inMemory() {
        return new EngineStore(Optional.empty());
    }
}
