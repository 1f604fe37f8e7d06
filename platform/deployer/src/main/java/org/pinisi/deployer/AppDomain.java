package org.pinisi.deployer;

import java.util.Optional;

/// A name on the internet under which an app is reached over https, with a certificate of its own.
///
/// @param name the host name, lower-case and in ASCII; never below `localhost`
/// @param redirect the app's other domain to which whoever asks for this one is sent; empty = the app answers
public record AppDomain(String name, Optional<String> redirect) {
    /// The app answers under this name.
    public static AppDomain of(String name) {
        return new AppDomain(name, Optional.empty());
    }
}
