package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.pinisi.git.BlobId;
import org.pinisi.git.TreeEntry;

/// A folder that does not change while it is served, such as the unpacked image of an app. Each folder
/// is read when it is first asked for, each file up to 64 MiB hashed when it is first served; what was
/// found is kept (some 200 bytes a file).
///
/// Names are looked up among what is in the folder, so that no name, whatever it holds, leads out of it.
public final class FolderTree implements SiteTree {
    /// Larger files are told apart by their inode and times: hashing would keep the first visitor
    /// waiting.
    private static final long MOST_HASHED = 64L << 20;

    private final Path root;
    private final String version;
    private final Optional<Instant> time;
    private final Map<List<String>, Map<String, TreeEntry>> folders = new ConcurrentHashMap<>();
    private final Map<List<String>, BlobId> identities = new ConcurrentHashMap<>();

    private FolderTree(Path root, String version, Optional<Instant> time) {
        this.root = root;
        this.version = version;
        this.time = time;
    }

    /// The tree in this folder.
    ///
    /// @param version what tells its contents from every other's, such as an image's digest
    /// @param time when the contents came to be, if it is known
    /// @throws SiteException when it is not a readable folder
    public static FolderTree of(Path root, String version, Optional<Instant> time) {
        try {
            Path real = root.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new SiteException("cannot serve " + root + ": it is not a folder");
            }
            return new FolderTree(real, version, time);
        } catch (IOException e) {
            throw new SiteException("cannot serve the folder " + root + ": " + e, e);
        }
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Optional<Instant> time() {
        return time;
    }

    @Override
    public Optional<Entry> find(List<String> path) {
        if (path.isEmpty()) {
            return Optional.of(new Entry.Folder());
        }
        return entry(path).map(entry -> switch (entry.kind()) {
            case FILE, EXECUTABLE -> new Entry.File(path);
            case FOLDER -> new Entry.Folder();
            case LINK -> new Entry.Link(linkText(path));
            case SUBMODULE -> new Entry.Submodule();
        });
    }

    @Override
    public List<TreeEntry> list(List<String> path) {
        return List.copyOf(folder(path).values());
    }

    @Override
    public BlobId identify(Entry.File file) {
        BlobId known = identities.get(file.path());
        if (known != null) {
            return known;
        }
        try (Contents contents = open(file)) {
            BlobId found = contents.size() > MOST_HASHED ? stamp(file, contents.size()) : hash(contents);
            identities.put(file.path(), found);
            return found;
        } catch (IOException e) {
            throw unreadable(file.path(), e);
        }
    }

    private static BlobId hash(Contents contents) throws IOException {
        try (InputStream in = contents.stream()) {
            return BlobId.of(in, contents.size());
        }
    }

    /// Made of what changes whenever a file is written or unpacked anew.
    private BlobId stamp(Entry.File file, long size) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(place(file.path()), "unix:ctime,ino,dev", LinkOption.NOFOLLOW_LINKS);
        byte[] text = (version + " " + size + " " + new TreeMap<>(attributes)).getBytes(UTF_8);
        return BlobId.of(new ByteArrayInputStream(text), text.length);
    }

    @Override
    public Contents open(Entry.File file) {
        TreeEntry entry = entry(file.path())
                .orElseThrow(() -> new SiteException(root + " has no file " + String.join("/", file.path())));
        return new FileContents(place(file.path()), entry.bytes());
    }

    private Optional<TreeEntry> entry(List<String> path) {
        return Optional.ofNullable(folder(path.subList(0, path.size() - 1)).get(path.getLast()));
    }

    /// What is in a folder that is reached through folders only.
    private Map<String, TreeEntry> folder(List<String> path) {
        Map<String, TreeEntry> known = folders.get(path);
        if (known != null) {
            return known;
        }
        boolean isFolder = path.isEmpty()
                || entry(path)
                        .filter(entry -> entry.kind() == TreeEntry.Kind.FOLDER)
                        .isPresent();
        if (!isFolder) {
            return Map.of();
        }
        Map<String, TreeEntry> found = new HashMap<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(place(path))) {
            for (Path name : names) {
                entryOf(name).ifPresent(entry -> found.put(entry.name(), entry));
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return Map.of();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        Map<String, TreeEntry> kept = Map.copyOf(found);
        folders.put(List.copyOf(path), kept);
        return kept;
    }

    /// Sockets, devices and the like are left out.
    private static Optional<TreeEntry> entryOf(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String name = file.getFileName().toString();
        if (attributes.isDirectory()) {
            return Optional.of(new TreeEntry(name, TreeEntry.Kind.FOLDER, 0));
        }
        if (attributes.isSymbolicLink()) {
            return Optional.of(new TreeEntry(name, TreeEntry.Kind.LINK, attributes.size()));
        }
        return attributes.isRegularFile()
                ? Optional.of(new TreeEntry(name, TreeEntry.Kind.FILE, attributes.size()))
                : Optional.empty();
    }

    private String linkText(List<String> path) {
        try {
            return Files.readSymbolicLink(place(path)).toString();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /// Only for names that were found by listing: they hold no slash and are no dots.
    private Path place(List<String> path) {
        Path place = root;
        for (String name : path) {
            place = place.resolve(name);
        }
        return place;
    }

    private SiteException unreadable(List<String> path, IOException cause) {
        return new SiteException("cannot read " + String.join("/", path) + " in " + root + ": " + cause, cause);
    }

    private record FileContents(Path path, long size) implements Contents {
        @Override
        public long held() {
            return 0;
        }

        @Override
        public InputStream stream() throws IOException {
            return Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }

        @Override
        public void close() {}
    }
}
