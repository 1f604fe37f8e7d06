package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The configuration that served last, kept in one file of mode 0600: what the edge comes back with when
/// the present one is broken or cannot be reached.
final class LastGood {
    private static final Logger log = LoggerFactory.getLogger(LastGood.class);
    private static final long LARGEST = 64L << 20;

    private final Path file;
    private final String place;

    /// @param place where the configuration comes from; what served from elsewhere is not taken up
    LastGood(Path file, String place) {
        this.file = file;
        this.place = place;
    }

    Optional<ConfigFiles> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new EdgeException("longer than " + LARGEST + " bytes");
            }
            JsonNode root = EdgeJson.parse(Files.readAllBytes(file));
            if (!EdgeJson.text(root, "place").equals(place)) {
                return Optional.empty();
            }
            SortedMap<String, String> texts = new TreeMap<>();
            for (Map.Entry<String, JsonNode> text : root.path("files").properties()) {
                texts.put(text.getKey(), text.getValue().asString());
            }
            return Optional.of(
                    new ConfigFiles(EdgeJson.text(root, "version"), Path.of(EdgeJson.text(root, "base")), texts));
        } catch (IOException | EdgeException damaged) {
            log.warn("event=config-last-good-unreadable file={} reason=\"{}\"", file, damaged.getMessage());
            return Optional.empty();
        }
    }

    /// What cannot be kept is said in the log: the configuration serves all the same.
    void save(ConfigFiles files) {
        ObjectNode root = EdgeJson.object()
                .put("place", place)
                .put("version", files.version())
                .put("base", files.base().toString());
        ObjectNode texts = root.putObject("files");
        files.texts().forEach(texts::put);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(
                    fresh,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(root.toString().getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            log.warn("event=config-last-good-not-kept file={} reason=\"{}\"", file, failure.toString());
        }
    }
}
