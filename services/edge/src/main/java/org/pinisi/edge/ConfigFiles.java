package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The files of an edge's configuration at one moment: `edge.yaml`, and `routes/*.yaml`. Immutable.
///
/// Hidden files and those of editors (`.shop.yaml.swp`, `shop.yaml~`, `#shop.yaml#`) are no part of it.
///
/// @param version what tells this state from others, for people: a commit, or the beginning of a digest
/// @param base the folder from which relative paths in the files count
/// @param texts each file's text, by its name relative to `base`
record ConfigFiles(String version, Path base, SortedMap<String, String> texts) {
    static final String MAIN = "edge.yaml";
    private static final String ROUTES = "routes";
    private static final int MOST_FILES = 1000;
    private static final int LARGEST = 1 << 20;
    private static final long LARGEST_TOGETHER = 16L << 20;
    private static final int SHOWN_DIGITS = 12;

    ConfigFiles {
        texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
    }

    /// Reads a folder; its version is the beginning of a digest of all that was read.
    ///
    /// @throws EdgeException when it cannot be read, is no configuration, or is too large, saying which
    ///     file
    static ConfigFiles of(Path folder) {
        SortedMap<String, String> texts = read(folder);
        return new ConfigFiles(digest(texts).substring(0, SHOWN_DIGITS), folder, texts);
    }

    /// The same for a folder that holds a known version.
    static ConfigFiles of(Path folder, String version) {
        return new ConfigFiles(version, folder, read(folder));
    }

    /// Whether both say the same, wherever they lie.
    boolean sameAs(ConfigFiles other) {
        return texts.equals(other.texts) && base.equals(other.base);
    }

    private static SortedMap<String, String> read(Path folder) {
        SortedMap<String, String> texts = new TreeMap<>();
        long bytes = 0;
        for (String name : names(folder)) {
            byte[] content = bytes(folder, name);
            bytes += content.length;
            if (texts.size() == MOST_FILES || bytes > LARGEST_TOGETHER) {
                throw new EdgeException("the configuration in " + folder + " is too large (expected: at most "
                        + MOST_FILES + " files, " + (LARGEST_TOGETHER >> 20) + " MiB together)");
            }
            texts.put(name, text(folder, name, content));
        }
        if (texts.isEmpty()) {
            throw new EdgeException(
                    "there is no configuration in " + folder + ": expected edge.yaml, or routes/*.yaml");
        }
        return texts;
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EdgeException("there is no folder " + folder + "; expected one with edge.yaml, or routes/*.yaml");
        }
        List<String> names = new java.util.ArrayList<>();
        if (Files.exists(folder.resolve(MAIN))) {
            names.add(MAIN);
        } else if (Files.exists(folder.resolve("edge.yml"))) {
            throw new EdgeException(folder.resolve("edge.yml") + " must be called edge.yaml; rename it");
        }
        Path routes = folder.resolve(ROUTES);
        if (Files.isDirectory(routes)) {
            try (Stream<Path> files = Files.list(routes)) {
                files.map(file -> file.getFileName().toString())
                        .filter(ConfigFiles::isRoutes)
                        .sorted()
                        .limit(MOST_FILES + 1L)
                        .forEach(name -> names.add(ROUTES + "/" + name));
            } catch (IOException unreadable) {
                throw new EdgeException("cannot read the folder " + routes + ": " + unreadable, unreadable);
            }
        }
        return names;
    }

    private static boolean isRoutes(String name) {
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        return yaml && !name.startsWith(".") && !name.startsWith("#");
    }

    private static byte[] bytes(Path folder, String name) {
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new EdgeException(folder.resolve(name) + " is longer than " + (LARGEST >> 20) + " MiB");
            }
            return content;
        } catch (NoSuchFileException replaced) {
            throw new EdgeException(folder.resolve(name) + " was removed while it was read", replaced);
        } catch (IOException unreadable) {
            throw new EdgeException("cannot read " + folder.resolve(name) + ": " + unreadable, unreadable);
        }
    }

    private static String text(Path folder, String name, byte[] content) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException foreign) {
            throw new EdgeException(folder.resolve(name) + " is not UTF-8 text; save it as UTF-8", foreign);
        }
    }

    private static String digest(SortedMap<String, String> texts) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            texts.forEach((name, text) -> {
                sha.update((name + "\0" + text.length() + "\0").getBytes(UTF_8));
                sha.update(text.getBytes(UTF_8));
            });
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
