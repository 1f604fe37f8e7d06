package org.pinisi.certificates;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// Where things lie in the book.
final class BookLayout {
    static final String SEALS = "seal.json";
    static final String NAMES = "names";
    static final String ENTRY = "entry.json";
    static final String CERTIFICATE = "certificate.pem";
    static final String ACCOUNTS = "accounts";
    static final String AUTHORITIES = "authorities";
    static final String LOCAL = "local";

    /// Of one file.
    static final int MOST_BYTES = 256 << 10;
    /// Names in one book.
    static final int MOST_NAMES = 20_000;

    private static final String PEM = ".pem";

    private BookLayout() {}

    static String entry(String name) {
        return NAMES + "/" + BookName.folder(name) + "/" + ENTRY;
    }

    static String certificate(String name) {
        return NAMES + "/" + BookName.folder(name) + "/" + CERTIFICATE;
    }

    static String account(URI directory) {
        return ACCOUNTS + "/" + fileName(directory);
    }

    static String authority(URI directory) {
        return AUTHORITIES + "/" + fileName(directory);
    }

    static String local(String authority) {
        return LOCAL + "/" + BookName.folder(authority) + PEM;
    }

    /// The authority whose root this file is, or empty when it is none.
    static Optional<String> localName(String file) {
        return file.endsWith(PEM)
                ? BookName.ofFolder(file.substring(0, file.length() - PEM.length()))
                : Optional.empty();
    }

    /// The host for people, and what tells two directories of one host apart.
    private static String fileName(URI directory) {
        String host =
                Objects.requireNonNullElse(directory.getHost(), "authority").toLowerCase(Locale.ROOT);
        String harmless = host.replaceAll("[^a-z0-9.-]", "-");
        return harmless + "-" + digest(directory.toString()).substring(0, 8) + ".json";
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no SHA-256", absent);
        }
    }
}
