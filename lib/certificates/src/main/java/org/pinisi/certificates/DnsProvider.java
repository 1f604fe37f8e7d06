package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How records for DNS-01 get into a zone.
public sealed interface DnsProvider {
    /// The domain whose names it serves; empty for all. The longest one that fits is used.
    String domain();

    /// By dynamic updates (RFC 2136), signed with TSIG (RFC 8945) where a key is given.
    ///
    /// @param domain the zone that is updated
    /// @param server its primary server
    /// @param timeToLive of the records
    record Update(String domain, InetSocketAddress server, Optional<TransactionKey> key, Duration timeToLive)
            implements DnsProvider {
        public Update {
            BookName.check(domain);
            requireNonNull(server, "server");
            requireNonNull(key, "key");
            if (timeToLive.isNegative() || timeToLive.compareTo(Duration.ofDays(1)) > 0) {
                throw new CertificateException("time to live " + timeToLive + " (expected: 0 to 1 day)");
            }
        }

        /// Records live for a minute.
        public Update(String domain, InetSocketAddress server, TransactionKey key) {
            this(domain, server, Optional.of(key), Duration.ofMinutes(1));
        }
    }

    /// By a program of yours: it is run with the arguments `present NAME VALUE`, and later `cleanup NAME
    /// VALUE`; `NAME` is `_acme-challenge.example.org`, `VALUE` the text of its TXT record. It ends with
    /// exit code 0 when the record is set, and may write why not. Other records of that name must stay. It
    /// sees PATH, HOME and LANG of our environment, nothing else.
    ///
    /// @param command the program and arguments that come before those three
    /// @param deadline after which it is ended, with all that it started
    record Hook(String domain, List<String> command, Duration deadline) implements DnsProvider {
        public Hook {
            command = List.copyOf(command);
            if (!domain.isEmpty()) {
                BookName.check(domain);
            }
            if (command.isEmpty() || command.getFirst().isBlank()) {
                throw new CertificateException("DNS hook: no program (expected: its path, and arguments if any)");
            }
            if (!deadline.isPositive()) {
                throw new CertificateException("DNS hook: deadline " + deadline + " (expected: more than zero)");
            }
        }
    }

    /// A key for signed updates, as `tsig-keygen` writes it.
    ///
    /// @param name of the key, as the server knows it
    /// @param algorithm `hmac-sha256`, `hmac-sha384` or `hmac-sha512`
    /// @param secret in base64
    record TransactionKey(String name, String algorithm, String secret) {
        private static final Set<String> ALGORITHMS = Set.of("hmac-sha256", "hmac-sha384", "hmac-sha512");

        public TransactionKey {
            if (name.isBlank() || !ALGORITHMS.contains(algorithm)) {
                throw new CertificateException("key " + name + ", algorithm " + algorithm
                        + " (expected: a name, and one of hmac-sha256, hmac-sha384, hmac-sha512)");
            }
            try {
                Base64.getDecoder().decode(secret);
            } catch (IllegalArgumentException _) {
                throw new CertificateException("key " + name + ": its secret is not base64");
            }
        }

        /// Without the secret.
        @Override
        public String toString() {
            return "TransactionKey[" + name + ", " + algorithm + "]";
        }
    }
}
