package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Optional;
import java.util.function.Supplier;

/// Who we are to an SSH server. A client offers its identities in their order; servers take about six
/// tries.
public sealed interface SshIdentity {
    /// A private key in a file, as OpenSSH writes it or in PEM, that nobody else may read.
    ///
    /// @param passphrase asked when the key is encrypted, and only then; empty when nobody knows it
    record KeyFile(Path file, Supplier<Optional<String>> passphrase) implements SshIdentity {
        public KeyFile {
            requireNonNull(file, "file");
            requireNonNull(passphrase, "passphrase");
        }

        /// A key that is not encrypted.
        public KeyFile(Path file) {
            this(file, Optional::empty);
        }
    }

    /// The keys of an agent (ssh-agent(1)), which signs without giving them away.
    ///
    /// @param socket what `SSH_AUTH_SOCK` names
    record Agent(Path socket) implements SshIdentity {
        public Agent {
            requireNonNull(socket, "socket");
        }
    }

    /// A pair of keys in memory.
    record Keys(KeyPair pair) implements SshIdentity {
        public Keys {
            requireNonNull(pair, "pair");
        }

        @Override
        public String toString() {
            return "Keys[" + SshKeys.fingerprint(SshKeys.blob(pair.getPublic())) + "]";
        }
    }

    /// A password.
    record Password(String secret) implements SshIdentity {
        public Password {
            requireNonNull(secret, "secret");
        }

        @Override
        public String toString() {
            return "Password[secret]";
        }
    }
}
