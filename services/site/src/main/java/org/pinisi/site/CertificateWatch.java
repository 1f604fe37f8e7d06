package org.pinisi.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpException;
import org.pinisi.site.SiteServerConfig.CertificateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate in two PEM files, for whatever name is asked for; read again when either file changes, as when an
/// ACME client has renewed it. What cannot be used leaves the old one in place, and one line in the log.
final class CertificateWatch implements CertificateSource, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    private final CertificateFiles files;
    private final Duration interval;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Certified current;
    private Stamp seen;

    /// What tells one state of the two files from another.
    private record Stamp(Optional<FileStamp> chain, Optional<FileStamp> key) {
        static Stamp of(CertificateFiles files) {
            return new Stamp(FileStamp.of(files.chain()), FileStamp.of(files.key()));
        }
    }

    private record FileStamp(FileTime changed, long bytes, String identity) {
        static Optional<FileStamp> of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new FileStamp(
                        attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey())));
            } catch (IOException absent) {
                return Optional.empty();
            }
        }
    }

    private CertificateWatch(CertificateFiles files, Duration interval, Stamp seen, Certified current) {
        this.files = files;
        this.interval = interval;
        this.seen = seen;
        this.current = current;
        this.thread = Thread.ofVirtual().name("site-certificate").unstarted(this::run);
    }

    /// Reads the files and begins to watch them.
    ///
    /// @param interval between two looks
    /// @throws SiteException when they cannot be used
    static CertificateWatch start(CertificateFiles files, Duration interval) {
        // Before they are read: what changes meanwhile is read again.
        Stamp seen = Stamp.of(files);
        CertificateWatch watch;
        try {
            watch = new CertificateWatch(files, interval, seen, Certified.fromPem(files.chain(), files.key()));
        } catch (HttpException unusable) {
            throw new SiteException(String.valueOf(unusable.getMessage()), unusable);
        }
        watch.thread.start();
        return watch;
    }

    @Override
    public Optional<Certified> find(String serverName) {
        return Optional.of(current);
    }

    private void run() {
        try {
            while (!closing.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException closed) {
            log.debug("event=site-certificate-watch-closed");
        }
    }

    private void look() {
        Stamp now = Stamp.of(files);
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            current = Certified.fromPem(files.chain(), files.key());
            log.info(
                    "event=site-certificate-read file={} valid-until={}",
                    files.chain(),
                    current.chain().getFirst().getNotAfter().toInstant());
        } catch (HttpException unusable) {
            log.warn(
                    "event=site-certificate-unusable file={} reason=\"{}\" advice=\"the old one is shown on\"",
                    files.chain(),
                    unusable.getMessage());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(CLOSE_TIME)) {
                log.warn("event=site-certificate-watch-close-incomplete");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
