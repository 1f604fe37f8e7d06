package org.pinisi.certificates;

import java.time.Instant;

/// Hears what a [CertificateKeeper] does. Called on its threads, one event at a time for a name; must not
/// block for long. What it throws is logged and goes no further.
@FunctionalInterface
public interface KeeperListener {
    void happened(Event event);

    /// What happened to one name.
    sealed interface Event {
        String name();

        /// There is a new certificate, and handshakes get it.
        record Issued(String name, String issuer, Instant notAfter) implements Event {}

        /// No new certificate this time; what is there is served on.
        ///
        /// @param words what went wrong and what to do, the authority's own words among them
        /// @param nextTry when it is tried again
        record Failed(String name, String issuer, String words, Instant nextTry) implements Event {}

        /// The certificate should have been renewed long ago. Told at 14 days or a quarter of its life, and
        /// again at 3 days or a sixteenth, whichever is shorter; once it has expired, `notAfter` lies in
        /// the past.
        record ExpiringSoon(String name, Instant notAfter, String words) implements Event {}

        /// A handshake gets another certificate than the one that we have.
        record NotServed(String name, String words) implements Event {}

        /// Certificate and key were read again from the files that a person keeps.
        record FileRead(String name, String file) implements Event {}

        /// Such a file cannot be used; what was read before is served on.
        record FileBroken(String name, String words) implements Event {}

        /// A certificate was revoked.
        record Revoked(String name, String serial) implements Event {}
    }
}
