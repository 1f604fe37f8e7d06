package org.pinisi.git;

import java.nio.file.Path;
import org.eclipse.jgit.util.FS;

/// Lets JGit measure the clock of the disk to its end. Otherwise it would do so beside the tests, with small files that
/// appear in folders which the tests have just deleted.
final class Disk {
    private Disk() {}

    static void measure(Path folder) {
        JGitSettings.apply();
        FS.FileStoreAttributes.setBackground(false);
        FS.FileStoreAttributes.get(folder);
    }
}
