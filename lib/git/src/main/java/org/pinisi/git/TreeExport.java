package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

/// Writes one tree to a folder. Links are made last, so that nothing is ever written through one. Used once.
final class TreeExport {
    private static final int LINK_BYTES = 4096;
    private static final int CHUNK = 64 * 1024;

    private final String source;
    private final ObjectReader reader;
    private final Path folder;
    private final ExportLimits limits;
    private final ObjectChecker checker = new ObjectChecker();
    private final Map<String, String> links = new LinkedHashMap<>();
    private int files;
    private long bytes;

    TreeExport(String source, ObjectReader reader, Path folder, ExportLimits limits) {
        this.source = source;
        this.reader = reader;
        this.folder = folder;
        this.limits = limits;
    }

    void run(ObjectId tree) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> present = Files.newDirectoryStream(folder)) {
            if (present.iterator().hasNext()) {
                throw new GitException("cannot write " + source + " to " + folder + ": the folder is not empty");
            }
        }
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            while (walk.next()) {
                entry(walk);
            }
        }
        LinkTargets targets = new LinkTargets(links);
        for (Map.Entry<String, String> link : links.entrySet()) {
            if (!targets.staysInside(link.getKey())) {
                throw new GitException(
                        "%s: the link %s leads outside of the repository or in a circle (to %s); make it relative and keep it inside"
                                .formatted(source, link.getKey(), link.getValue()));
            }
            Files.createSymbolicLink(place(link.getKey()), Path.of(link.getValue()));
        }
    }

    static TreeEntry.Kind kind(FileMode mode) {
        if (FileMode.TREE.equals(mode)) {
            return TreeEntry.Kind.FOLDER;
        }
        if (FileMode.SYMLINK.equals(mode)) {
            return TreeEntry.Kind.LINK;
        }
        if (FileMode.GITLINK.equals(mode)) {
            return TreeEntry.Kind.SUBMODULE;
        }
        return FileMode.EXECUTABLE_FILE.equals(mode) ? TreeEntry.Kind.EXECUTABLE : TreeEntry.Kind.FILE;
    }

    private void entry(TreeWalk walk) throws IOException {
        refuseWhenInterrupted();
        String path = path(walk);
        if (++files > limits.files()) {
            throw new GitException(
                    "%s has more than %d files and folders; remove what does not belong into the repository"
                            .formatted(source, limits.files()));
        }
        ObjectId object = walk.getObjectId(0);
        switch (kind(walk.getFileMode(0))) {
            case FILE -> write(path, object, false);
            case EXECUTABLE -> write(path, object, true);
            case LINK ->
                links.put(path, text(reader.open(object, Constants.OBJ_BLOB).getCachedBytes(LINK_BYTES), path));
            case FOLDER -> {
                Files.createDirectory(place(path));
                walk.enterSubtree();
            }
            case SUBMODULE ->
                throw new GitException(
                        "%s has the submodule %s, which is not fetched here; add its files to the repository (git rm --cached, git add) or vendor them"
                                .formatted(source, path));
        }
    }

    private void write(String path, ObjectId object, boolean executable) throws IOException {
        ObjectLoader loader = reader.open(object, Constants.OBJ_BLOB);
        bytes += loader.getSize();
        if (bytes > limits.bytes()) {
            throw new GitException(
                    "%s has more than %d bytes of files (at %s); remove what does not belong into the repository"
                            .formatted(source, limits.bytes(), path));
        }
        Path file = place(path);
        try (InputStream from = loader.openStream();
                OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            byte[] chunk = new byte[Math.clamp(loader.getSize(), 1, CHUNK)];
            for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
                refuseWhenInterrupted();
                to.write(chunk, 0, count);
            }
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private void refuseWhenInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new GitException("writing " + source + " to " + folder + " was interrupted");
        }
    }

    private String path(TreeWalk walk) {
        byte[] raw = walk.getRawPath();
        String path = text(raw, new String(raw, UTF_8));
        try {
            checker.checkPath(path);
        } catch (CorruptObjectException unsafe) {
            throw new GitException("%s has the unsafe name \"%s\"; rename it".formatted(source, path), unsafe);
        }
        return path;
    }

    private String text(byte[] raw, String where) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
            if (text.isEmpty() || text.indexOf('\0') >= 0) {
                throw new GitException("%s: %s is empty or has a NUL in its name or target".formatted(source, where));
            }
            return text;
        } catch (CharacterCodingException notText) {
            throw new GitException(
                    "%s: the name or target of %s is not UTF-8; rename it".formatted(source, where), notText);
        }
    }

    private Path place(String path) {
        try {
            return folder.resolve(path);
        } catch (InvalidPathException unnameable) {
            throw new GitException(
                    "%s: this process cannot name the file %s; start it with LC_ALL=C.UTF-8".formatted(source, path),
                    unnameable);
        }
    }
}
