package org.pinisi.deployer;

import java.util.Optional;

/// A domain of an app, for people.
///
/// @param name the host name
/// @param redirect where whoever asks for it is sent; empty = the app answers
/// @param byCommand whether `pinisi domain add` set it; else it is in the pinisi.yaml of the release
///     that serves
public record DomainView(String name, Optional<String> redirect, boolean byCommand) {}
