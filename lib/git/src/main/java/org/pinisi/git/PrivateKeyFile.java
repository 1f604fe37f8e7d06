package org.pinisi.git;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Set;
import java.util.UUID;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/// Writes private keys in OpenSSH's format.
final class PrivateKeyFile {
    private PrivateKeyFile() {}

    /// Makes the file with mode 0600, and its folder; durable when it returns.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when the name is taken
    static void create(Path file, KeyPair key, String comment) throws IOException, GeneralSecurityException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
                    key, comment, null, Channels.newOutputStream(channel));
            channel.force(true);
            // A link fails when the name is taken, so that two who write at once do not end up with two keys.
            Files.createLink(file, fresh);
            if (folder != null) {
                Folders.force(folder);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
