package org.pinisi.http;

/// What a server asks of its connections, whatever the version of HTTP; from any thread.
interface ServedConnection {
    /// Close when idle, else after the present answers.
    void drain();

    /// Close now.
    void abort();
}
