package org.pinisi.edge;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.Certified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Certificates of a keeper that is opened when a name is wanted for the first time: an edge without names
/// has neither the time nor the memory to spare for it. Until it stands, names are unknown.
final class KeptCertificates implements EdgeCertificates {
    private static final Logger log = LoggerFactory.getLogger(KeptCertificates.class);

    private final Supplier<CertificateKeeper> opening;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean opened;
    private volatile Set<String> wanted = Set.of();
    private volatile Set<String> told = Set.of();
    private volatile @Nullable CertificateKeeper keeper;

    /// @param opening gives the keeper, once; may block
    /// @param executor on which that is done
    KeptCertificates(Supplier<CertificateKeeper> opening, Executor executor) {
        this.opening = opening;
        this.executor = executor;
    }

    @Override
    public Optional<Certified> find(String serverName) {
        CertificateKeeper there = keeper;
        return there == null ? Optional.empty() : there.find(serverName);
    }

    /// Also while the keeper is being opened, or has not heard of the name yet.
    @Override
    public boolean isComing(String serverName) {
        CertificateKeeper there = keeper;
        if (there != null && there.isComing(serverName)) {
            return true;
        }
        Set<String> names = wanted;
        return opened && has(names, serverName) && !names.equals(told);
    }

    private static boolean has(Set<String> names, String serverName) {
        int dot = serverName.indexOf('.');
        return names.contains(serverName) || (dot > 0 && names.contains("*" + serverName.substring(dot)));
    }

    @Override
    public Optional<Certified> alpnChallenge(String serverName) {
        CertificateKeeper there = keeper;
        return there == null ? Optional.empty() : there.alpnChallenge(serverName);
    }

    @Override
    public Optional<String> httpChallenge(String token) {
        CertificateKeeper there = keeper;
        return there == null ? Optional.empty() : there.httpChallenge(token);
    }

    @Override
    public void want(Set<String> names) {
        boolean first;
        lock.lock();
        try {
            wanted = Set.copyOf(names);
            first = !opened && !wanted.isEmpty();
            opened |= first;
        } finally {
            lock.unlock();
        }
        executor.execute(first ? this::open : this::tell);
    }

    private void open() {
        try {
            keeper = opening.get();
            tell();
        } catch (RuntimeException failure) {
            log.error("event=certificates-not-opened reason=\"{}\"", failure.getMessage());
            lock.lock();
            try {
                // The next change of routes tries again.
                opened = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private void tell() {
        CertificateKeeper there = keeper;
        if (there == null) {
            return;
        }
        lock.lock();
        try {
            Set<String> names = wanted;
            try {
                there.want(names);
            } finally {
                told = names;
            }
        } catch (CertificateException unusable) {
            log.warn("event=certificates-not-wanted reason=\"{}\"", unusable.getMessage());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<CertificateStatus> statuses() {
        CertificateKeeper there = keeper;
        return there == null ? List.of() : there.statuses();
    }

    @Override
    public void renew(String name) {
        CertificateKeeper there = keeper;
        if (there == null) {
            throw new EdgeException("no certificates are kept yet: no route has a name that needs one");
        }
        try {
            there.renew(name);
        } catch (CertificateException refused) {
            throw new EdgeException(String.valueOf(refused.getMessage()));
        }
    }
}
