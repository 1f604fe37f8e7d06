package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Iterator;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's own key: Ed25519, in OpenSSH's format, so that `ssh-keygen -lf` reads it too.
final class HostKey {
    private static final Logger LOG = LoggerFactory.getLogger(HostKey.class);

    private HostKey() {}

    /// Reads the key, made with mode 0600 when there is none.
    ///
    /// @throws GitException when the file cannot be read or made, holds no key, or may be read by others
    static KeyPair open(Path file) {
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            refuseWhenShared("host key", file);
            try (InputStream in = Files.newInputStream(file)) {
                Iterable<KeyPair> keys =
                        SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName(file.toString()), in, null);
                Iterator<KeyPair> found = keys == null ? java.util.Collections.emptyIterator() : keys.iterator();
                if (!found.hasNext()) {
                    throw new GitException("the host key file " + file
                            + " holds no private key; restore it from a backup," + " or move it away to get a new one");
                }
                return found.next();
            }
        } catch (IOException | GeneralSecurityException failure) {
            throw new GitException(
                    "cannot read or make the host key file " + file + ": " + failure.getMessage(), failure);
        }
    }

    private static void create(Path file) throws IOException, GeneralSecurityException {
        KeyPair key = SecurityUtils.getKeyPairGenerator("Ed25519").generateKeyPair();
        try {
            PrivateKeyFile.create(file, key, "pinisi");
        } catch (FileAlreadyExistsException anotherWasFirst) {
            LOG.debug("event=host_key_already_there file=\"{}\"", anotherWasFirst.getFile());
        }
    }

    /// @param what the file holds, for messages
    static void refuseWhenShared(String what, Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"))) {
                throw new GitException("the %s file %s may be used by others (%s); run: chmod 600 %s"
                        .formatted(what, file, PosixFilePermissions.toString(permissions), file));
            }
        } catch (IOException failure) {
            throw new GitException("cannot read the %s file %s: %s".formatted(what, file, failure), failure);
        }
    }
}
