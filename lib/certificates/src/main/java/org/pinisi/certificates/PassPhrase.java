package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;

/// The secret that opens the keys of a [CertificateBook]: words of a person, which are made expensive to
/// guess, or a random key of 32 bytes. Safe for any number of threads; closing it wipes it, and then it
/// opens nothing more.
public final class PassPhrase implements AutoCloseable {
    /// Characters of a pass phrase, at least.
    public static final int LEAST_CHARACTERS = 8;

    private static final int MOST_BYTES = 4096;
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final byte[] secret;
    private final Kind kind;
    private boolean closed;

    /// How a key for sealing comes from the secret.
    enum Kind {
        WORDS,
        KEY,
        NONE
    }

    private PassPhrase(byte[] secret, Kind kind) {
        this.secret = secret;
        this.kind = kind;
    }

    /// Words of a person.
    ///
    /// @param words copied; the caller wipes its own
    /// @throws CertificateException when they are fewer than 8 characters, or more than 4,096 bytes
    public static PassPhrase of(char[] words) {
        ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(words));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.rewind();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        if (words.length < LEAST_CHARACTERS || bytes.length > MOST_BYTES) {
            int length = bytes.length;
            Arrays.fill(bytes, (byte) 0);
            throw new CertificateException("a pass phrase has %d characters to %d bytes; this one has %d bytes"
                    .formatted(LEAST_CHARACTERS, MOST_BYTES, length));
        }
        return new PassPhrase(bytes, Kind.WORDS);
    }

    /// The words in a file, without the line end after them.
    ///
    /// @throws CertificateException when it cannot be read, or others than its owner may read or write it
    public static PassPhrase file(Path file) {
        byte[] bytes = new byte[0];
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new CertificateException(
                        "the pass phrase in " + file + " can be read or changed by other users; do: chmod 600 " + file);
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new CertificateException(
                        "the pass phrase in " + file + " has more than " + MOST_BYTES + " bytes; expected is one line");
            }
            bytes = Files.readAllBytes(file);
            int end = bytes.length;
            while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
                end--;
            }
            CharBuffer words = UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
            try {
                return of(Arrays.copyOf(words.array(), words.limit()));
            } finally {
                Arrays.fill(words.array(), '\0');
            }
        } catch (IOException unreadable) {
            throw new CertificateException("cannot read the pass phrase in " + file + ": " + unreadable, unreadable);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// A random key, for a program that keeps it in a file of its own.
    ///
    /// @param key 32 bytes that nobody can guess; copied
    /// @throws CertificateException when they are not 32
    public static PassPhrase key(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new CertificateException("a random key has " + KEY_BYTES + " bytes; this one has " + key.length);
        }
        return new PassPhrase(key.clone(), Kind.KEY);
    }

    /// None: what anybody may see of a book can be read, and no key.
    public static PassPhrase none() {
        return new PassPhrase(new byte[0], Kind.NONE);
    }

    /// Whether both are the same; takes as long wherever they differ.
    public boolean isSame(PassPhrase other) {
        byte[] one = bytes();
        byte[] two = other.bytes();
        try {
            return MessageDigest.isEqual(one, two) && kind() == other.kind();
        } finally {
            Arrays.fill(one, (byte) 0);
            Arrays.fill(two, (byte) 0);
        }
    }

    synchronized Kind kind() {
        return closed ? Kind.NONE : kind;
    }

    /// A copy, for the caller to wipe.
    synchronized byte[] bytes() {
        if (closed) {
            throw new CertificateException("the pass phrase was wiped already");
        }
        return secret.clone();
    }

    /// Wipes it.
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(secret, (byte) 0);
    }

    /// Nothing of the secret.
    @Override
    public String toString() {
        return "PassPhrase[" + kind() + "]";
    }
}
