package org.pinisi.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.KeeperListener.Event;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpException;

/// Certificates that a person keeps in PEM files: read again when a file changes. Used by one thread; what
/// it found may be looked at by any.
final class OwnFiles {
    private static final int LONGEST_FILE = 1 << 20;

    private final Map<Pair, Kept> files = new LinkedHashMap<>();
    private volatile List<Certified> certified = List.of();

    /// Two files: the chain and its key; they may be the same.
    record Pair(Path chain, Path key) {}

    private static final class Kept {
        private byte @Nullable [] digest;
        private @Nullable Certified certified;
        private String trouble = "";
    }

    OwnFiles(List<Pair> pairs) {
        pairs.forEach(pair -> files.put(pair, new Kept()));
    }

    /// What is in use, in the order of configuration.
    List<Certified> certified() {
        return certified;
    }

    /// Reads what has changed.
    ///
    /// @return whether something new is in use
    boolean look(Announcer announcer) {
        boolean changed = false;
        for (Map.Entry<Pair, Kept> entry : files.entrySet()) {
            changed |= look(entry.getKey(), entry.getValue(), announcer);
        }
        if (changed) {
            List<Certified> all = new ArrayList<>();
            files.values().forEach(kept -> Optional.ofNullable(kept.certified).ifPresent(all::add));
            certified = List.copyOf(all);
        }
        return changed;
    }

    private static boolean look(Pair pair, Kept kept, Announcer announcer) {
        try {
            // Small files, and a time stamp may lie: their contents say whether they changed.
            String chain = read(pair.chain());
            String key = pair.key().equals(pair.chain()) ? chain : read(pair.key());
            byte[] digest = CertificateMaker.sha256Bytes(
                    (chain + "\0" + key).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            if (Arrays.equals(digest, kept.digest)) {
                return false;
            }
            Certified fresh = Certified.parse(chain, key);
            kept.digest = digest;
            kept.certified = fresh;
            kept.trouble = "";
            announcer.tell(new Event.FileRead(
                    name(fresh.chain().getFirst()), pair.chain().toString()));
            return true;
        } catch (IOException | HttpException | CertificateException e) {
            String words = pair.chain() + " and " + pair.key() + " cannot be used: " + e.getMessage()
                    + (kept.certified == null ? "" : "; what was read before is served on");
            // Files that are being replaced do not fit together for a moment; said once.
            if (!words.equals(kept.trouble)) {
                kept.trouble = words;
                String name = kept.certified == null
                        ? String.valueOf(pair.chain().getFileName())
                        : name(kept.certified.chain().getFirst());
                announcer.tell(new Event.FileBroken(name, BookText.line(words, BookText.LONG)));
            }
            return false;
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > LONGEST_FILE) {
            throw new IOException(file + " is longer than " + LONGEST_FILE + " bytes");
        }
        return Files.readString(file);
    }

    private static String name(X509Certificate certificate) {
        return SubjectNames.of(certificate).stream()
                .findFirst()
                .map(SubjectName::text)
                .orElse("?");
    }
}
