package org.pinisi.edge;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder of this machine, watched.
final class FolderSource extends ConfigSource {
    private final Path folder;
    private @Nullable FolderEvents events;

    FolderSource(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public String place() {
        return folder.toString();
    }

    @Override
    ConfigFiles newest() {
        return ConfigFiles.of(folder);
    }

    @Override
    void watch(Runnable changed) {
        events = FolderEvents.watch(List.of(folder, folder.resolve("routes")), changed);
    }

    @Override
    void serving(ConfigFiles files) {
        // They lie where they are.
    }

    @Override
    public void close() {
        FolderEvents watching = events;
        if (watching != null) {
            watching.close();
        }
    }
}
