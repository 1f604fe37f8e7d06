package org.pinisi.git;

import java.io.IOException;
import org.pinisi.flow.Flow;

/// Gets through to a remote's service, as far as the first byte of Git's pack protocol
/// (gitprotocol-pack(5)).
@FunctionalInterface
interface Caller {
    /// The caller closes the flow.
    ///
    /// @throws GitException when the remote does not let us in
    Flow call(Service service) throws IOException, InterruptedException;
}
