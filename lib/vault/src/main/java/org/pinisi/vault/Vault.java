package org.pinisi.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals small secrets for storage and opens them again: AES-256-GCM (NIST SP 800-38D) with a random 96-bit
/// nonce.
///
/// Each value is bound to a *context*, a word for the place it is stored in (`app/clock/API_KEY`); a sealed
/// value copied to another place does not open there. Immutable and safe for any number of threads.
public final class Vault {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String VERSION = "v1.";

    private final SecretKeySpec key;
    private final SecureRandom random;

    private Vault(byte[] key, SecureRandom random) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /// Opens the vault whose key is in `keyFile`; makes the file (mode 0600, its folder 0700) when there is
    /// none.
    ///
    /// @throws VaultException when the file cannot be read or made, has another length than 32 bytes, or may
    ///     be read by
    ///     other users of the machine
    public static Vault open(Path keyFile) {
        try {
            SecureRandom random = new SecureRandom();
            if (Files.notExists(keyFile)) {
                create(keyFile, random);
            }
            refuseWhenShared(keyFile);
            byte[] key = Files.readAllBytes(keyFile);
            if (key.length != KEY_BYTES) {
                throw new VaultException(
                        "%s holds %d bytes, a key has %d; restore it from your backup, or move it away and set the secrets again"
                                .formatted(keyFile, key.length, KEY_BYTES));
            }
            return new Vault(key, random);
        } catch (IOException failure) {
            throw new VaultException("cannot read or make the key file " + keyFile + ": " + failure, failure);
        }
    }

    /// Seals `plain` for `context`; the result is one line of printable text.
    public String seal(byte[] plain, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, plain, context);
        byte[] both = ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    }

    /// Opens what [#seal] made for the same context.
    ///
    /// @throws VaultException when the text was sealed under another key, for another context, or was changed
    public byte[] open(String sealed, String context) {
        if (!sealed.startsWith(VERSION)) {
            throw new VaultException("the sealed value of " + context
                    + " is not one of ours (expected it to begin with " + VERSION + ")");
        }
        byte[] both;
        try {
            both = Base64.getUrlDecoder().decode(sealed.substring(VERSION.length()));
        } catch (IllegalArgumentException malformed) {
            throw new VaultException("the sealed value of " + context + " is damaged", malformed);
        }
        if (both.length < NONCE_BYTES + TAG_BITS / 8) {
            throw new VaultException("the sealed value of " + context + " is cut short");
        }
        ByteBuffer buffer = ByteBuffer.wrap(both);
        byte[] nonce = new byte[NONCE_BYTES];
        byte[] body = new byte[both.length - NONCE_BYTES];
        buffer.get(nonce).get(body);
        return run(Cipher.DECRYPT_MODE, nonce, body, context);
    }

    private byte[] run(int mode, byte[] nonce, byte[] input, String context) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context.getBytes(UTF_8));
            return cipher.doFinal(input);
        } catch (AEADBadTagException other) {
            throw new VaultException(
                    "the sealed value of " + context + " does not open with this key; was the key file replaced?",
                    other);
        } catch (GeneralSecurityException impossible) {
            throw new VaultException("this Java has no AES-256-GCM", impossible);
        }
    }

    private static void create(Path keyFile, SecureRandom random) throws IOException {
        Path folder = keyFile.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Path fresh = keyFile.resolveSibling(keyFile.getFileName() + "." + Long.toHexString(random.nextLong()) + ".new");
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(
                fresh, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(key);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        try {
            // A link fails when the name is taken, so two first starts cannot end up with two keys.
            Files.createLink(keyFile, fresh);
        } catch (FileAlreadyExistsException anotherWasFirst) {
            // Theirs is the key now.
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void refuseWhenShared(Path keyFile) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(keyFile);
        } catch (NoSuchFileException gone) {
            throw new VaultException("the key file " + keyFile + " vanished while it was opened", gone);
        }
        boolean shared =
                permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"));
        if (shared) {
            throw new VaultException("the key file %s may be read by others (%s); run: chmod 600 %s"
                    .formatted(keyFile, PosixFilePermissions.toString(permissions), keyFile));
        }
    }
}
