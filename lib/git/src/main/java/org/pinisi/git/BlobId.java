package org.pinisi.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The identity of a file's contents: the 40 lower-case hexadecimal digits of a blob's SHA-1.
public record BlobId(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");
    private static final int CHUNK = 64 << 10;

    /// @throws GitException when `hex` is not 40 lower-case hexadecimal digits
    public BlobId {
        if (!FORM.matcher(hex).matches()) {
            throw new GitException("not the identity of a blob: expected 40 hexadecimal digits, found " + hex.length()
                    + " characters");
        }
    }

    /// The identity that Git would give to these contents. Reads `contents` to its end and leaves it
    /// open.
    ///
    /// @param bytes how many bytes there are; Git hashes the length first
    /// @throws IOException when reading fails, or there are more or fewer bytes
    public static BlobId of(InputStream contents, long bytes) throws IOException {
        MessageDigest digest = sha1();
        digest.update(("blob " + bytes + "\0").getBytes(US_ASCII));
        byte[] chunk = new byte[CHUNK];
        long total = 0;
        for (int count = contents.read(chunk); count >= 0; count = contents.read(chunk)) {
            digest.update(chunk, 0, count);
            total += count;
        }
        if (total != bytes) {
            throw new IOException("expected " + bytes + " bytes, found " + total + "; does the file change?");
        }
        return new BlobId(HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
