package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys in an `authorized_keys` file (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"), read again whenever the file
/// changes. A line that cannot be understood, or restricts its key in a way that this server does not keep, counts
/// for nothing.
final class AuthorizedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);
    private static final long FILE_BYTES = 1 << 20;
    private static final Set<String> TYPES =
            Set.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");

    /// What this server never grants in any case, or what makes no difference to it.
    private static final Set<String> HARMLESS_OPTIONS = Set.of(
            "restrict",
            "no-agent-forwarding",
            "no-port-forwarding",
            "no-pty",
            "no-user-rc",
            "no-x11-forwarding",
            "agent-forwarding",
            "port-forwarding",
            "pty",
            "user-rc",
            "x11-forwarding");

    private final Path file;
    private @Nullable Stamp read;
    private List<Entry> entries = List.of();

    AuthorizedKeys(Path file) {
        this.file = file;
    }

    private record Entry(PublicKey key, String comment) {}

    private record Stamp(
            Object modified, long size, @Nullable Object file) {}

    /// The name of the key's owner when the key is in the file: its comment, or else its fingerprint.
    synchronized Optional<String> owner(PublicKey key) {
        refresh();
        for (Entry entry : entries) {
            if (KeyUtils.compareKeys(entry.key(), key)) {
                return Optional.of(entry.comment().isBlank() ? KeyUtils.getFingerPrint(key) : entry.comment());
            }
        }
        return Optional.empty();
    }

    private void refresh() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp stamp = new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
            if (stamp.equals(read)) {
                return;
            }
            entries = load(now.size());
            read = stamp;
        } catch (NoSuchFileException none) {
            forget("there is no such file");
        } catch (IOException failure) {
            forget(failure.toString());
        }
    }

    private void forget(String reason) {
        LOG.warn("event=authorized_keys_unreadable file=\"{}\" reason=\"{}\"", file, reason);
        entries = List.of();
        read = null;
    }

    private List<Entry> load(long size) throws IOException {
        if (size > FILE_BYTES) {
            throw new IOException("it has more than " + FILE_BYTES + " bytes");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("others may write to it; run: chmod go-w " + file);
        }
        List<Entry> found = new ArrayList<>();
        int number = 0;
        for (String line : new String(Files.readAllBytes(file), UTF_8).split("\r?\n")) {
            number++;
            if (!line.isBlank() && !line.strip().startsWith("#")) {
                entry(line.strip(), number).ifPresent(found::add);
            }
        }
        LOG.info("event=authorized_keys_read file=\"{}\" keys={}", file, found.size());
        return List.copyOf(found);
    }

    private Optional<Entry> entry(String line, int number) {
        try {
            AuthorizedKeyEntry parsed = AuthorizedKeyEntry.parseAuthorizedKeyEntry(line);
            if (parsed == null || !TYPES.contains(parsed.getKeyType())) {
                return ignore(number, "its type is not one of " + TYPES);
            }
            for (String option : parsed.getLoginOptions() == null
                    ? Set.<String>of()
                    : parsed.getLoginOptions().keySet()) {
                if (!HARMLESS_OPTIONS.contains(option.toLowerCase(Locale.ROOT))) {
                    return ignore(number, "its option " + option + " is not supported");
                }
            }
            PublicKey key = parsed.resolvePublicKey(null, PublicKeyEntryResolver.FAILING);
            String comment = parsed.getComment() == null ? "" : ProgressQueue.printable(parsed.getComment());
            return key == null
                    ? ignore(number, "its key is not readable")
                    : Optional.of(new Entry(key, comment.strip()));
        } catch (IOException | GeneralSecurityException | RuntimeException malformed) {
            return ignore(number, "it cannot be parsed");
        }
    }

    private Optional<Entry> ignore(int number, String reason) {
        LOG.warn("event=authorized_key_ignored file=\"{}\" line={} reason=\"{}\"", file, number, reason);
        return Optional.empty();
    }
}
