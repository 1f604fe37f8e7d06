package org.pinisi.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `known_hosts` files say (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). A line that cannot be understood
/// counts for nothing.
final class KnownHosts {
    private static final Logger LOG = LoggerFactory.getLogger(KnownHosts.class);
    private static final long FILE_BYTES = 8 << 20;
    private static final int SSH_PORT = 22;

    private final List<Entry> entries;

    private KnownHosts(List<Entry> entries) {
        this.entries = entries;
    }

    private enum Marker {
        NONE,
        REVOKED,
        AUTHORITY
    }

    /// One line.
    ///
    /// @param hosts the patterns, as written
    /// @param key as SSH sends it
    @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
    record Entry(Path file, int line, Marker marker, String hosts, byte[] key) {}

    static KnownHosts read(List<Path> files) {
        List<Entry> entries = new ArrayList<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                read(file, entries);
            }
        }
        return new KnownHosts(List.copyOf(entries));
    }

    private static void read(Path file, List<Entry> entries) {
        try {
            if (Files.size(file) > FILE_BYTES) {
                throw new GitException("the file " + file + " has more than " + FILE_BYTES + " bytes");
            }
            int number = 0;
            for (String line : new String(Files.readAllBytes(file), ISO_8859_1).split("\r?\n")) {
                number++;
                if (!line.isBlank() && !line.strip().startsWith("#")) {
                    Optional<Entry> entry = parse(file, number, line.strip());
                    entry.ifPresentOrElse(entries::add, warn(file, number));
                }
            }
        } catch (IOException failure) {
            throw new GitException("cannot read the known hosts in " + file + ": " + failure.getMessage(), failure);
        }
    }

    private static Runnable warn(Path file, int number) {
        return () -> LOG.warn("event=known_host_ignored file=\"{}\" line={}", file, number);
    }

    private static Optional<Entry> parse(Path file, int number, String line) {
        List<String> words = new ArrayList<>(List.of(line.split("[ \t]+")));
        Marker marker = switch (words.getFirst().toLowerCase(Locale.ROOT)) {
            case "@revoked" -> Marker.REVOKED;
            case "@cert-authority" -> Marker.AUTHORITY;
            default -> Marker.NONE;
        };
        if (marker != Marker.NONE) {
            words.removeFirst();
        }
        if (words.size() < 3 || words.getFirst().startsWith("@")) {
            return Optional.empty();
        }
        try {
            byte[] key = Base64.getDecoder().decode(words.get(2));
            return SshKeys.type(key).equals(words.get(1))
                    ? Optional.of(new Entry(file, number, marker, words.getFirst(), key))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            LOG.debug("event=known_host_not_base64 file=\"{}\" line={}", file, number, notBase64);
            return Optional.empty();
        }
    }

    /// The keys that the host may have.
    List<Entry> keys(RemoteUrl url) {
        return lines(url, Marker.NONE);
    }

    /// The types of those, in the files' order.
    Set<String> types(RemoteUrl url) {
        Set<String> types = new LinkedHashSet<>();
        keys(url).forEach(entry -> types.add(SshKeys.type(entry.key())));
        return types;
    }

    boolean isRevoked(RemoteUrl url, byte[] key) {
        return lines(url, Marker.REVOKED).stream().anyMatch(entry -> Arrays.equals(entry.key(), key));
    }

    /// A line that names who signs the host's keys.
    Optional<Entry> authority(RemoteUrl url) {
        return lines(url, Marker.AUTHORITY).stream().findFirst();
    }

    private List<Entry> lines(RemoteUrl url, Marker marker) {
        String name = name(url);
        return entries.stream()
                .filter(entry -> entry.marker() == marker && matches(entry.hosts(), name))
                .toList();
    }

    /// How the host is called in a file: with its port only when that is not 22.
    private static String name(RemoteUrl url) {
        return url.port() == SSH_PORT ? url.host() : "[" + url.host() + "]:" + url.port();
    }

    private static boolean matches(String hosts, String name) {
        if (hosts.startsWith("|")) {
            return matchesHash(hosts, name);
        }
        boolean matched = false;
        for (String pattern : hosts.split(",")) {
            boolean negated = pattern.startsWith("!");
            if (glob(negated ? pattern.substring(1) : pattern).matcher(name).matches()) {
                if (negated) {
                    return false;
                }
                matched = true;
            }
        }
        return matched;
    }

    private static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString());
    }

    /// `|1|salt|hash`: the HMAC-SHA1 of the name, so that the file does not tell whom its owner visits.
    private static boolean matchesHash(String hosts, String name) {
        String[] parts = hosts.split("\\|");
        if (parts.length != 4 || !parts[1].equals("1")) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
            return MessageDigest.isEqual(Base64.getDecoder().decode(parts[3]), mac.doFinal(name.getBytes(UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            LOG.debug("event=known_host_hash_unreadable", malformed);
            return false;
        }
    }

    /// Writes down that the host has this key, durably; the file is made when there is none.
    static void add(Path file, RemoteUrl url, byte[] key) {
        String line =
                name(url) + " " + SshKeys.type(key) + " " + Base64.getEncoder().encodeToString(key) + "\n";
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer last = ByteBuffer.allocate(1);
                boolean open = channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
                channel.write(ByteBuffer.wrap(((open ? "\n" : "") + line).getBytes(US_ASCII)), channel.size());
                channel.force(true);
            }
        } catch (IOException failure) {
            throw new GitException(
                    "cannot write the host key of %s to %s: %s".formatted(url.authority(), file, failure.getMessage()),
                    failure);
        }
    }
}
