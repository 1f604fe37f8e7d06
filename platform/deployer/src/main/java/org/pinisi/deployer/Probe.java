package org.pinisi.deployer;

import java.io.IOException;
import java.time.Duration;

/// Asks a unit, from outside, whether it serves.
interface Probe {
    /// One `GET`.
    ///
    /// @param host the `Host` field that the app is going to see
    /// @return the answer's status
    /// @throws IOException when there was no answer within `timeout`
    int get(int port, String host, String path, Duration timeout) throws IOException, InterruptedException;
}
