package org.pinisi.git;

import java.util.Optional;

/// Knows who we are to remotes over HTTP that ask. Safe for any number of threads; a call may block, and
/// should end soon when its thread is interrupted.
public interface CredentialSource {
    /// What to say to this remote, empty when nothing is known. The address names a user when the caller
    /// did.
    Optional<Credential> find(RemoteUrl remote) throws InterruptedException;

    /// The remote took it.
    default void accepted(RemoteUrl remote, Credential credential) throws InterruptedException {}

    /// The remote did not take it; it should not be offered again.
    default void rejected(RemoteUrl remote, Credential credential) throws InterruptedException {}

    /// Knows nothing.
    static CredentialSource none() {
        return _ -> Optional.empty();
    }
}
