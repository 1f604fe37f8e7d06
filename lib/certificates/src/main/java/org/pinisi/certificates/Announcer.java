package org.pinisi.certificates;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pinisi.certificates.KeeperListener.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the log and the listeners what happened. Thread-safe.
final class Announcer {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private final List<KeeperListener> listeners = new CopyOnWriteArrayList<>();

    void listen(KeeperListener listener) {
        listeners.add(listener);
    }

    void tell(Event event) {
        log(event);
        for (KeeperListener listener : listeners) {
            try {
                listener.happened(event);
            } catch (RuntimeException e) {
                LOG.warn("event=certificate-listener-failed name={}", event.name(), e);
            }
        }
    }

    private static void log(Event event) {
        switch (event) {
            case Event.Issued issued ->
                LOG.info(
                        "event=certificate-issued name={} issuer=\"{}\" not-after={}",
                        issued.name(),
                        issued.issuer(),
                        issued.notAfter());
            case Event.Failed failed ->
                LOG.warn(
                        "event=certificate-failed name={} issuer=\"{}\" next-try={} reason=\"{}\"",
                        failed.name(),
                        failed.issuer(),
                        failed.nextTry(),
                        failed.words());
            case Event.ExpiringSoon soon ->
                LOG.error(
                        "event=certificate-expiring name={} not-after={} reason=\"{}\"",
                        soon.name(),
                        soon.notAfter(),
                        soon.words());
            case Event.NotServed wrong ->
                LOG.error("event=certificate-not-served name={} reason=\"{}\"", wrong.name(), wrong.words());
            case Event.FileRead read -> LOG.info("event=certificate-read name={} file={}", read.name(), read.file());
            case Event.FileBroken broken ->
                LOG.error("event=certificate-file-broken name={} reason=\"{}\"", broken.name(), broken.words());
            case Event.Revoked revoked ->
                LOG.warn("event=certificate-revoked name={} serial={}", revoked.name(), revoked.serial());
        }
    }
}
