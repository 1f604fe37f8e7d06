package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Who gives certificates, and on what terms. A [CertificateKeeper] has a list of them and asks the first
/// that takes a name; the next one when that one fails for reasons of its own.
public sealed interface Issuer {
    /// For people and for the book's history; unique among a keeper's issuers.
    String name();

    /// Whether it may be asked for that name at all.
    ///
    /// @param name in the spelling of [CertificateBook#name]
    boolean takes(String name);

    /// An authority that speaks ACME (RFC 8555).
    ///
    /// @param directory its URL; `https`, or `http` at a loopback address
    /// @param email where it may write to; many authorities no longer do
    /// @param termsAgreed that a person agreed to its terms of service; nothing is asked of it before
    /// @param externalAccount binds ours to an account that was made by hand (RFC 8555, 7.3.4)
    /// @param profile the kind of certificate, of those its directory lists; without one, `shortlived` is asked for
    ///     IP addresses where the directory lists it
    /// @param challenges by which a name may be proved, the preferred first; of HTTP-01 and TLS-ALPN-01 the
    ///     other is tried where one fails. Wildcards are always proved by DNS-01
    /// @param keyType of certificates
    /// @param keepsKey uses a certificate's key again when it is renewed, instead of a fresh one each time
    /// @param chain of the chains it offers, the one whose topmost issuer has this common name; its first
    ///     otherwise
    /// @param privateNames whether it also takes names that no public authority could: `app.internal`
    /// @param trust authorities that sign its own server certificate; empty: those that the system trusts
    record Acme(
            String name,
            URI directory,
            Optional<String> email,
            boolean termsAgreed,
            Optional<ExternalAccount> externalAccount,
            Optional<String> profile,
            List<ChallengeKind> challenges,
            KeyType keyType,
            boolean keepsKey,
            Optional<String> chain,
            boolean privateNames,
            List<X509Certificate> trust,
            AuthorityLimits limits)
            implements Issuer {
        public static final URI LETS_ENCRYPT = URI.create("https://acme-v02.api.letsencrypt.org/directory");
        /// Gives certificates that nobody trusts, under wide limits: for trying things out.
        public static final URI LETS_ENCRYPT_STAGING =
                URI.create("https://acme-staging-v02.api.letsencrypt.org/directory");

        public Acme {
            requireNonNull(email, "email");
            requireNonNull(externalAccount, "externalAccount");
            requireNonNull(profile, "profile");
            requireNonNull(keyType, "keyType");
            requireNonNull(chain, "chain");
            requireNonNull(limits, "limits");
            challenges = List.copyOf(challenges);
            trust = List.copyOf(trust);
            checkName(name);
            checkDirectory(directory);
            if (challenges.isEmpty()) {
                throw new CertificateException(
                        "issuer " + name + ": no challenges (expected: one or more of http-01, tls-alpn-01, dns-01)");
            }
            email.ifPresent(address -> checkEmail(name, address));
        }

        private static void checkDirectory(URI directory) {
            boolean loopback = List.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(directory.getHost()));
            boolean safe = "https".equals(directory.getScheme()) || ("http".equals(directory.getScheme()) && loopback);
            if (!safe || directory.getHost() == null || directory.getUserInfo() != null) {
                throw new CertificateException(
                        "directory " + directory + " (expected: the https URL of an ACME directory, without a user)");
            }
        }

        private static void checkEmail(String name, String address) {
            int at = address.indexOf('@');
            boolean clean = address.chars().noneMatch(c -> c <= ' ' || c == ',' || c == '?' || c == '%' || c > '~');
            if (at < 1 || at != address.lastIndexOf('@') || at == address.length() - 1 || !clean) {
                throw new CertificateException("issuer " + name + ": email \"" + BookText.line(address, BookText.SHORT)
                        + "\" (expected: one address such as you@example.org)");
            }
        }

        /// Let's Encrypt; the terms are still to be agreed to.
        public static Builder letsEncrypt() {
            return new Builder("Let's Encrypt", LETS_ENCRYPT);
        }

        /// Another one.
        public static Builder at(String name, URI directory) {
            return new Builder(name, directory);
        }

        @Override
        public boolean takes(String text) {
            SubjectName subject = new SubjectName(text);
            return subject.isPublic() || (privateNames && !subject.endsWith("localhost"));
        }

        /// Collects the settings. Not thread-safe.
        public static final class Builder {
            private final String name;
            private final URI directory;
            private Optional<String> email = Optional.empty();
            private boolean termsAgreed;
            private Optional<ExternalAccount> externalAccount = Optional.empty();
            private Optional<String> profile = Optional.empty();
            private List<ChallengeKind> challenges = List.of(ChallengeKind.HTTP, ChallengeKind.TLS_ALPN);
            private KeyType keyType = KeyType.P256;
            private boolean keepsKey;
            private Optional<String> chain = Optional.empty();
            private boolean privateNames;
            private List<X509Certificate> trust = List.of();
            private AuthorityLimits limits = AuthorityLimits.standard();

            private Builder(String name, URI directory) {
                this.name = name;
                this.directory = directory;
            }

            public Builder email(String address) {
                email = Optional.of(address);
                return this;
            }

            /// A person has read the authority's terms of service and agrees.
            public Builder agreeToTerms() {
                termsAgreed = true;
                return this;
            }

            public Builder externalAccount(ExternalAccount account) {
                externalAccount = Optional.of(account);
                return this;
            }

            public Builder profile(String newProfile) {
                profile = Optional.of(newProfile);
                return this;
            }

            public Builder challenges(ChallengeKind... kinds) {
                challenges = List.of(kinds);
                return this;
            }

            public Builder keyType(KeyType type) {
                keyType = type;
                return this;
            }

            public Builder keepKey() {
                keepsKey = true;
                return this;
            }

            public Builder chain(String commonName) {
                chain = Optional.of(commonName);
                return this;
            }

            public Builder privateNames() {
                privateNames = true;
                return this;
            }

            public Builder trust(List<X509Certificate> authorities) {
                trust = authorities;
                return this;
            }

            public Builder limits(AuthorityLimits newLimits) {
                limits = newLimits;
                return this;
            }

            public Acme build() {
                return new Acme(
                        name,
                        directory,
                        email,
                        termsAgreed,
                        externalAccount,
                        profile,
                        challenges,
                        keyType,
                        keepsKey,
                        chain,
                        privateNames,
                        trust,
                        limits);
            }
        }
    }

    /// Our own authority, for names that no public one takes. Whoever shall trust its certificates must be
    /// given its root; see [CertificateKeeper#localRoot].
    ///
    /// @param suffixes what the names it takes end in, `localhost` say; its root is constrained to them
    ///     (RFC 5280, 4.2.1.10) when it is made. An empty one stands for every name
    /// @param addresses whether it takes private IP addresses as well
    /// @param life of a certificate; of the root it is ten years
    record Local(String name, List<String> suffixes, boolean addresses, Duration life, KeyType keyType)
            implements Issuer {
        private static final List<String> USUAL_SUFFIXES =
                List.of("localhost", "internal", "local", "lan", "home.arpa", "test");
        private static final Duration USUAL_LIFE = Duration.ofDays(90);

        public Local {
            checkName(name);
            suffixes = List.copyOf(suffixes);
            requireNonNull(keyType, "keyType");
            if (suffixes.isEmpty() || life.compareTo(Duration.ofMinutes(10)) < 0) {
                throw new CertificateException("issuer " + name + ": suffixes " + suffixes + ", life " + life
                        + " (expected: one suffix or more, 10 minutes or more)");
            }
            suffixes.forEach(suffix -> {
                if (!suffix.isEmpty()) {
                    BookName.check(suffix);
                }
            });
        }

        /// For `localhost`, `internal`, `local`, `lan`, `home.arpa`, `test`, all that is below them, and
        /// private addresses; 90 days, P-256.
        public static Local standard() {
            return new Local("Pinisi local authority", USUAL_SUFFIXES, true, USUAL_LIFE, KeyType.P256);
        }

        @Override
        public boolean takes(String text) {
            SubjectName subject = new SubjectName(text);
            if (subject.isAddress()) {
                return addresses && !subject.isPublic();
            }
            return suffixes.stream().anyMatch(subject::endsWith);
        }
    }

    private static void checkName(String name) {
        if (name.isBlank() || !BookText.line(name, BookText.SHORT).equals(name)) {
            throw new CertificateException("an issuer's name: \"" + BookText.line(name, BookText.SHORT)
                    + "\" (expected: 1 to 200 printable characters)");
        }
    }
}
