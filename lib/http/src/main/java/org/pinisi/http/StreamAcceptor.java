package org.pinisi.http;

/// Who answers the requests of one client's connection of HTTP/2 or HTTP/3. On its event loop.
public interface StreamAcceptor {
    /// The connection is ready.
    void opened();

    /// A request has come. Its head was checked (RFC 9113, section 8.3) and is valid until the
    /// stream is closed; of an extended CONNECT (RFC 8441) it is the GET that asks for an
    /// upgrade in HTTP/1.1, which 101 answers.
    ///
    /// Whoever answers it listens to the stream before it does anything else.
    ///
    /// @param end whether nothing follows the head
    void accept(LoopStream stream, Head head, boolean end);

    /// All that has come at once was given out.
    void readAll();

    /// The connection is gone, with all its streams.
    void closed();
}
