package org.pinisi.certificates;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.KeyPair;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.Refusal.Fault;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Our account at one authority: found in the book, or made there and its key kept in the book.
/// Thread-safe; blocks.
final class AcmeAccount {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeAccount.class);

    private final Issuer.Acme issuer;
    private final CertificateBook book;
    private final Session session;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Login login;

    AcmeAccount(Issuer.Acme issuer, CertificateBook book, AcmeNetwork network) {
        this.issuer = issuer;
        this.book = book;
        this.session = new Session(issuer.directory(), network);
        session.networkSettings().setTimeout(AcmeConnection.PATIENCE);
    }

    Session session() {
        return session;
    }

    Login login() throws AcmeException, Refusal, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (login != null) {
                return login;
            }
            Optional<SealedAccount> kept = book.account(issuer.directory());
            Login found = kept.isPresent()
                    ? session.login(kept.get().location().toURL(), kept.get().key())
                    : register(KeyType.P256.generate());
            login = found;
            return found;
        } catch (MalformedURLException e) {
            throw Refusal.before(
                    Fault.SETTINGS,
                    issuer.name() + ": the account in the book has no usable URL: " + e.getMessage(),
                    Optional.empty());
        } finally {
            lock.unlock();
        }
    }

    /// For when the authority has forgotten the account: makes one anew, with the same key.
    Login again(Login forgotten) throws AcmeException, Refusal, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (login != null && !login.equals(forgotten)) {
                return login;
            }
            LOG.warn("event=acme-account-forgotten issuer=\"{}\"", issuer.name());
            Login made = register(forgotten.getKeyPair());
            login = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    private Login register(KeyPair key) throws AcmeException, Refusal {
        Metadata metadata = session.getMetadata();
        Optional<URI> terms = metadata.getTermsOfService();
        if (terms.isPresent() && !issuer.termsAgreed()) {
            throw Refusal.before(
                    Fault.SETTINGS,
                    issuer.name() + " wants its terms of service agreed to: read " + terms.get()
                            + " and say so in the configuration",
                    Optional.empty());
        }
        if (metadata.isExternalAccountRequired() && issuer.externalAccount().isEmpty()) {
            throw Refusal.before(
                    Fault.SETTINGS,
                    issuer.name() + " wants an external account: get a key id and a key there"
                            + " and put both into the configuration",
                    Optional.empty());
        }
        AccountBuilder builder = new AccountBuilder().useKeyPair(key);
        issuer.email().ifPresent(builder::addEmail);
        if (issuer.termsAgreed()) {
            builder.agreeToTermsOfService();
        }
        issuer.externalAccount().ifPresent(account -> builder.withKeyIdentifier(account.keyId(), account.key()));
        Login made = builder.createLogin(session);
        try {
            book.keepAccount(issuer.directory(), made.getAccountLocation().toURI(), key);
        } catch (URISyntaxException e) {
            throw Refusal.of(Fault.AUTHORITY, issuer.name() + " gave the account an unusable URL: " + e.getMessage());
        }
        LOG.info("event=acme-account issuer=\"{}\" location={}", issuer.name(), made.getAccountLocation());
        return made;
    }
}
