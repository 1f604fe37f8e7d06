package org.pinisi.git;

import java.util.List;

/// What all operations over SSH share.
record SshSettings(HostKeys hostKeys, List<SshIdentity> identities) {
    SshSettings {
        identities = List.copyOf(identities);
    }
}
