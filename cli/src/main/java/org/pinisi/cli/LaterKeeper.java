package org.pinisi.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.edge.EdgeCertificates;
import org.pinisi.edge.EdgeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A keeper of certificates that is opened when a name wants one for the first time, or a reload signal
/// comes, if ever. Thread-safe.
final class LaterKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaterKeeper.class);

    private final Opening opening;
    private final Phrase phrase;
    private final ReentrantLock lock = new ReentrantLock();
    private Consumer<CertificateBook> reader = _ -> {};
    private Optional<EdgeKeeper> opened = Optional.empty();
    private Optional<ReloadSignal> signal = Optional.empty();
    private Optional<ReloadCheck> check = Optional.empty();

    /// Opens it; may block.
    interface Opening {
        EdgeKeeper open() throws IOException, InterruptedException;
    }

    /// Gives what opens the book, and signs signals.
    interface Phrase {
        PassPhrase read() throws IOException;
    }

    LaterKeeper(Opening opening, Phrase phrase) {
        this.opening = opening;
        this.phrase = phrase;
    }

    /// For the edge.
    EdgeCertificates certificates() {
        return EdgeCertificates.opening(() -> keeper().keeper(), LaterKeeper::start);
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("certificates-open").start(task);
    }

    /// The book is given to this one too, once it is open.
    void reader(Consumer<CertificateBook> newReader) {
        lock.lock();
        try {
            reader = newReader;
            opened.map(EdgeKeeper::book).ifPresent(newReader);
        } finally {
            lock.unlock();
        }
    }

    /// Opens the keeper, but does not wait for it; what goes wrong is logged, and tried again when a name
    /// wants a certificate.
    void openSoon() {
        start(() -> {
            try {
                keeper();
            } catch (EdgeException | CertificateException failure) {
                LOG.error("event=certificates-not-opened reason=\"{}\"", failure.getMessage());
            }
        });
    }

    /// Its book, opened now if it was not; may block.
    CertificateBook book() {
        return keeper().book();
    }

    private EdgeKeeper keeper() {
        lock.lock();
        try {
            if (opened.isEmpty()) {
                EdgeKeeper made = opening.open();
                opened = Optional.of(made);
                reader.accept(made.book());
            }
            return opened.get();
        } catch (IOException failure) {
            throw new EdgeException("cannot open the book of certificates: " + failure, failure);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new EdgeException("interrupted while opening the book of certificates", ended);
        } finally {
            lock.unlock();
        }
    }

    /// The edge's side of reload signals. Does not open the book, so that a stranger's signal does not.
    ReloadCheck check() {
        lock.lock();
        try {
            if (check.isEmpty()) {
                ReloadSignal made = signal();
                signal = Optional.of(made);
                check = Optional.of(new ReloadCheck(made, InstantSource.system()));
            }
            return check.get();
        } finally {
            lock.unlock();
        }
    }

    private ReloadSignal signal() {
        try (PassPhrase words = phrase.read()) {
            return ReloadSignal.of(words);
        } catch (IOException failure) {
            throw new EdgeException("cannot read the pass phrase of the book of certificates: " + failure, failure);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            opened.ifPresent(EdgeKeeper::close);
            signal.ifPresent(ReloadSignal::close);
        } finally {
            lock.unlock();
        }
    }
}
