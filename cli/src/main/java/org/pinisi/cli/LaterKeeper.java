package org.pinisi.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.edge.EdgeCertificates;
import org.pinisi.edge.EdgeException;

/// A keeper of certificates that is opened when a name wants one for the first time, if ever.
final class LaterKeeper implements AutoCloseable {
    private final Opening opening;
    private final AtomicReference<Optional<EdgeKeeper>> opened = new AtomicReference<>(Optional.empty());

    /// Opens it; may block.
    interface Opening {
        EdgeKeeper open() throws IOException, InterruptedException;
    }

    LaterKeeper(Opening opening) {
        this.opening = opening;
    }

    /// For the edge.
    EdgeCertificates certificates() {
        return EdgeCertificates.opening(
                this::open, task -> Thread.ofVirtual().name("certificates-open").start(task));
    }

    private CertificateKeeper open() {
        try {
            EdgeKeeper keeper = opening.open();
            opened.set(Optional.of(keeper));
            return keeper.keeper();
        } catch (IOException failure) {
            throw new EdgeException("cannot open the book of certificates: " + failure, failure);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new EdgeException("interrupted while opening the book of certificates", ended);
        }
    }

    @Override
    public void close() {
        opened.get().ifPresent(EdgeKeeper::close);
    }
}
