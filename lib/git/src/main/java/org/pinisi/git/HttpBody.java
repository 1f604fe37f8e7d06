package org.pinisi.git;

import java.io.IOException;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.pinisi.http.ClientRequest;

/// What a request says: in memory when small, else in a file, so that it can be said again.
///
/// @param bytes complete
record HttpBody(TemporaryBuffer bytes) {
    private static final int IN_MEMORY = 1 << 20;

    ClientRequest in(ClientRequest request, String type) {
        try {
            return bytes.length() <= IN_MEMORY
                    ? request.withBody(type, bytes.toByteArray(IN_MEMORY))
                    : request.withBody(type, out -> bytes.writeTo(out, null));
        } catch (IOException unreadable) {
            throw new GitException("cannot read back what is to be sent: " + unreadable.getMessage(), unreadable);
        }
    }
}
