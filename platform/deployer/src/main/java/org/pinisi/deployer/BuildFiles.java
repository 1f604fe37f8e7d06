package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Small helpers over folders. None follows a symbolic link.
final class BuildFiles {
    /// Where builders put what they make.
    static final String OWN = ".pinisi";

    private static final Set<String> SKIPPED = Set.of("node_modules", ".git");
    private static final int MOST_FOUND = 1000;

    private BuildFiles() {}

    /// The regular files below `top` whose name ends so, at most `depth` levels down, sorted; dependencies
    /// and dot folders are left out.
    static List<Path> find(Path top, String ending, int depth) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(top, Set.of(), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = !folder.equals(top) && (SKIPPED.contains(name) || name.startsWith("."));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && file.toString().endsWith(ending)) {
                    found.add(file);
                }
                return found.size() < MOST_FOUND ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        Collections.sort(found);
        return found;
    }

    /// Copies a folder with links and permissions; `target` must not exist.
    static void copy(Path source, Path target) throws IOException, InterruptedException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(source.relativize(folder).toString()));
                return goOn();
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path to = target.resolve(source.relativize(file).toString());
                Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                return goOn();
            }

            private FileVisitResult goOn() {
                return Thread.currentThread().isInterrupted() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while copying " + source);
        }
    }

    /// Deletes a file or folder; what is not there is no error.
    static void delete(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// A folder of ours in the source folder, empty, whatever the repository or its build put there.
    static Path ownFolder(Path source, String name) throws IOException {
        delete(source.resolve(OWN));
        return Files.createDirectories(source.resolve(OWN).resolve(name));
    }

    /// SHA-256 of some texts in a row, 64 hexadecimal digits.
    static String digest(List<byte[]> parts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha.update(MessageDigest.getInstance("SHA-256").digest(part));
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new BuildException("this Java has no SHA-256", impossible);
        }
    }

    /// `1 file`, `12 files`.
    static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
