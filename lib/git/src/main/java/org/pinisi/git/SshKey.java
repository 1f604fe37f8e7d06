package org.pinisi.git;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;

/// A pair of keys for SSH. Immutable; its text shows the fingerprint only.
public final class SshKey {
    private final KeyPair pair;

    SshKey(KeyPair pair) {
        this.pair = pair;
    }

    /// Both keys, for whoever signs with them.
    public KeyPair pair() {
        return pair;
    }

    /// The public key as in `authorized_keys`: type, base64 and comment (sshd(8)).
    ///
    /// @param comment left out when empty
    public String publicLine(String comment) {
        checkComment(comment);
        try {
            String line = PublicKeyEntry.appendPublicKeyEntry(new StringBuilder(), pair.getPublic())
                    .toString();
            return comment.isEmpty() ? line : line + " " + comment;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// `SHA256:` and the base64 that `ssh-keygen -l` prints.
    public String fingerprint() {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, pair.getPublic());
    }

    /// Writes the private key in OpenSSH's format, unencrypted, with mode 0600: wholly or not at all, durably.
    ///
    /// @throws GitException when `file` is there already, or cannot be written
    public void write(Path file, String comment) {
        checkComment(comment);
        try {
            PrivateKeyFile.create(file, pair, comment);
        } catch (FileAlreadyExistsException taken) {
            throw new GitException(
                    "the key file " + file + " is there already; move it away, or choose another name", taken);
        } catch (IOException | GeneralSecurityException failure) {
            throw new GitException("cannot write the key file " + file + ": " + failure.getMessage(), failure);
        }
    }

    @Override
    public String toString() {
        return fingerprint();
    }

    private static void checkComment(String comment) {
        if (comment.chars().anyMatch(Character::isISOControl)) {
            throw new GitException("the comment of a key is one line without control characters");
        }
    }
}
