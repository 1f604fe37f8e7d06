package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.pinisi.git.BlobId;
import org.pinisi.git.TreeEntry;

/// A tree in memory, for tests. Filled first, then served.
final class MapTree implements SiteTree {
    static final Instant TIME = Instant.parse("2024-02-03T04:05:06Z");

    /// How often contents were opened.
    final AtomicInteger opened = new AtomicInteger();

    private final String version;
    private final Instant time;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> links = new TreeMap<>();
    private final Map<String, BlobId> identities = new ConcurrentHashMap<>();
    private final List<String> submodules = new ArrayList<>();

    MapTree(String version, Instant time) {
        this.version = version;
        this.time = time;
    }

    MapTree(String version) {
        this(version, TIME);
    }

    MapTree file(String path, String text) {
        return file(path, text.getBytes(UTF_8));
    }

    MapTree file(String path, byte[] bytes) {
        files.put(path, bytes);
        return this;
    }

    MapTree link(String path, String target) {
        links.put(path, target);
        return this;
    }

    MapTree submodule(String path) {
        submodules.add(path);
        return this;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Optional<Instant> time() {
        return Optional.of(time);
    }

    @Override
    public Optional<Entry> find(List<String> path) {
        String name = String.join("/", path);
        if (files.containsKey(name)) {
            return Optional.of(new Entry.File(path));
        }
        if (links.containsKey(name)) {
            return Optional.of(new Entry.Link(links.get(name)));
        }
        if (submodules.contains(name)) {
            return Optional.of(new Entry.Submodule());
        }
        boolean folder = path.isEmpty()
                || files.keySet().stream().anyMatch(file -> file.startsWith(name + "/"))
                || links.keySet().stream().anyMatch(file -> file.startsWith(name + "/"));
        return folder ? Optional.of(new Entry.Folder()) : Optional.empty();
    }

    @Override
    public List<TreeEntry> list(List<String> path) {
        String above = path.isEmpty() ? "" : String.join("/", path) + "/";
        Map<String, TreeEntry> entries = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().startsWith(above)) {
                String rest = file.getKey().substring(above.length());
                int slash = rest.indexOf('/');
                String name = slash < 0 ? rest : rest.substring(0, slash);
                TreeEntry.Kind kind = slash < 0 ? TreeEntry.Kind.FILE : TreeEntry.Kind.FOLDER;
                entries.put(name, new TreeEntry(name, kind, slash < 0 ? file.getValue().length : 0));
            }
        }
        return List.copyOf(entries.values());
    }

    @Override
    public BlobId identify(Entry.File file) {
        return identities.computeIfAbsent(String.join("/", file.path()), name -> {
            byte[] bytes = bytes(name);
            try {
                return BlobId.of(new ByteArrayInputStream(bytes), bytes.length);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private byte[] bytes(String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new SiteException("no file " + name);
        }
        return bytes;
    }

    @Override
    public Contents open(Entry.File file) {
        opened.incrementAndGet();
        byte[] bytes = bytes(String.join("/", file.path()));
        return new Contents() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public long held() {
                return bytes.length;
            }

            @Override
            public InputStream stream() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public Optional<Path> file() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        };
    }
}
