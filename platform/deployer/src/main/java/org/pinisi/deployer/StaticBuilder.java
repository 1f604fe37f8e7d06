package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// A folder served as it is, less what is nobody's business: dot files and our own configuration.
final class StaticBuilder extends SimpleFileVisitor<Path> {
    /// The one dot folder that is meant to be served (RFC 8615).
    private static final String WELL_KNOWN = ".well-known";

    private final Path top;
    private long files;
    private long bytes;

    private StaticBuilder(Path top) {
        this.top = top;
    }

    static BuildResult build(BuildRun run, Plan.Static plan) throws IOException {
        Path top = run.source().resolve(plan.folder()).normalize();
        StaticBuilder site = new StaticBuilder(top);
        Files.walkFileTree(top, site);
        if (site.files == 0) {
            throw new BuildException("there is nothing to serve in " + plan.folder());
        }
        String summary = BuildFiles.count(site.files, "file") + ", " + size(site.bytes);
        return new BuildResult(top, Optional.empty(), summary);
    }

    /// How many files of a folder would be served.
    static int count(Path top) throws IOException {
        int[] count = new int[1];
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean served =
                        folder.equals(top) || isServed(folder.getFileName().toString());
                return served ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count[0] += isServed(file.getFileName().toString()) ? 1 : 0;
                return FileVisitResult.CONTINUE;
            }
        });
        return count[0];
    }

    private static boolean isServed(String name) {
        return (!name.startsWith(".") || name.equals(WELL_KNOWN)) && !name.equals(AppConfig.FILE);
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1024 * 1024 ? bytes / 1024 + " KB" : bytes / (1024 * 1024) + " MB";
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        if (folder.equals(top) || isServed(folder.getFileName().toString())) {
            return FileVisitResult.CONTINUE;
        }
        BuildFiles.delete(folder);
        return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (!isServed(file.getFileName().toString())) {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }
        if (attributes.isSymbolicLink()) {
            refuseLeaving(file);
        }
        files++;
        bytes += attributes.size();
        return FileVisitResult.CONTINUE;
    }

    private void refuseLeaving(Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        Path place = link.resolveSibling(target).normalize();
        boolean inside = !target.isAbsolute()
                && place.startsWith(top)
                && Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                && place.toRealPath().startsWith(top.toRealPath());
        if (!inside) {
            throw new BuildException(
                    "%s is a symbolic link to %s, which is not in the served folder; put the file itself there"
                            .formatted(top.relativize(link), target));
        }
    }
}
