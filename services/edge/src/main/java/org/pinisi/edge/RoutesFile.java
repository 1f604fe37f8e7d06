package org.pinisi.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where routes outlive the process: one JSON file, replaced whole.
final class RoutesFile {
    private static final Logger log = LoggerFactory.getLogger(RoutesFile.class);
    private static final long LARGEST = 64L << 20;

    private final Path file;
    private final InstantSource time;

    RoutesFile(Path file, InstantSource time) {
        this.file = file;
        this.time = time;
    }

    /// Reads all routes. What cannot be understood is left out and said in the log, and the file is kept
    /// beside for a person to look at: an edge that serves most routes is worth more than one that does not
    /// start.
    List<EdgeRoute> load() {
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] bytes;
        try {
            if (Files.size(file) > LARGEST) {
                keepAside("larger than " + LARGEST + " bytes");
                return List.of();
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new EdgeException("cannot read the routes file " + file + ": " + unreadable, unreadable);
        }
        List<EdgeRoute> routes = new ArrayList<>();
        try {
            List<String> problems = new ArrayList<>();
            for (EdgeRoute route : EdgeJson.readRoutes(bytes, problems)) {
                add(route, routes, problems);
            }
            if (!problems.isEmpty()) {
                keepAside(String.join("; ", problems));
            }
        } catch (EdgeException damaged) {
            keepAside(String.valueOf(damaged.getMessage()));
        }
        return routes;
    }

    private static void add(EdgeRoute route, List<EdgeRoute> routes, List<String> problems) {
        Set<String> claims = RouteTable.claims(route);
        for (EdgeRoute other : routes) {
            if (other.name().equals(route.name())
                    || RouteTable.claims(other).stream().anyMatch(claims::contains)) {
                problems.add("the routes " + other.name() + " and " + route.name() + " share a name or a host");
                return;
            }
        }
        routes.add(route);
    }

    private void keepAside(String why) {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + time.millis());
        try {
            Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new EdgeException(
                    "the routes file " + file + " is damaged (" + why + ") and cannot be copied to " + aside + ": "
                            + failure,
                    failure);
        }
        log.error(
                "event=routes-file-damaged file={} kept-as={} cause=\"{}\" advice=\"put the missing routes again\"",
                file,
                aside,
                why);
    }

    /// Replaces the file; after the return the routes survive a power cut.
    void save(List<EdgeRoute> routes) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(EdgeJson.writeRoutes(routes));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            if (folder != null) {
                try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                    directory.force(true);
                }
            }
        } catch (IOException failure) {
            throw new EdgeException(
                    "cannot write the routes file " + file + " (nothing was changed): " + failure, failure);
        }
    }
}
