package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/// Where a certificate came from.
///
/// @param source how we got it
/// @param authority who signed it, for people: `Let's Encrypt (E7)`; at most 200 characters
/// @param directory of the ACME authority (RFC 8555, section 7.1.1)
/// @param location the certificate's URL at that authority, if it has one
/// @param profile asked for, if one was
/// @param challenge by which the name was proved, as ACME calls it: `http-01`
/// @param at when we got it
public record Provenance(
        Source source,
        String authority,
        Optional<URI> directory,
        Optional<URI> location,
        Optional<String> profile,
        Optional<String> challenge,
        Instant at) {
    /// How a certificate was got.
    public enum Source {
        /// From an authority by ACME.
        ACME,
        /// From our own local authority.
        LOCAL,
        /// A person gave it.
        GIVEN
    }

    public Provenance {
        requireNonNull(source, "source");
        authority = BookText.line(authority, BookText.SHORT);
        requireNonNull(directory, "directory");
        requireNonNull(location, "location");
        profile = profile.map(text -> BookText.line(text, BookText.SHORT));
        challenge = challenge.map(text -> BookText.line(text, BookText.SHORT));
        requireNonNull(at, "at");
    }

    /// Of a certificate that a person gave.
    public static Provenance given(String authority, Instant at) {
        return new Provenance(
                Source.GIVEN, authority, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), at);
    }

    /// Of a certificate of our own authority.
    public static Provenance local(String authority, Instant at) {
        return new Provenance(
                Source.LOCAL, authority, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), at);
    }
}
