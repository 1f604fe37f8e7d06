package org.pinisi.bench;

import java.util.List;

/// One line of the comparison of proxies: what clients do.
enum EdgeRow {
    /// A small answer again and again, over kept connections in clear.
    PLAIN_SMALL("plain-1k", Way.PLAIN, Tool.WRK, false, 64),
    /// The same over TLS.
    TLS_SMALL("tls-1k", Way.TLS, Tool.WRK, false, 64),
    /// The same over HTTP/2 and TLS, with 100 requests at once on each connection.
    H2_SMALL("h2-1k", Way.H2, Tool.H2LOAD, false, 8),
    /// The same over HTTP/3, among those that speak it.
    H3_SMALL("h3-1k", Way.H3, Tool.QUIC, false, 8),
    /// Answers of 1 MiB, in clear.
    PLAIN_LARGE("plain-1m", Way.PLAIN, Tool.WRK, true, 16),
    TLS_LARGE("tls-1m", Way.TLS, Tool.WRK, true, 16),
    H2_LARGE("h2-1m", Way.H2, Tool.H2LOAD, true, 4),
    H3_LARGE("h3-1m", Way.H3, Tool.QUIC, true, 4),
    /// A new TLS connection for each request, with a whole handshake.
    TLS_NEW("tls-new", Way.TLS, Tool.WRK, false, 32),
    /// A new TLS connection for each request, which takes the last one's session up again.
    TLS_RESUMED("tls-resumed", Way.TLS, Tool.S_TIME, false, 8),
    /// 10,000 connections that do nothing, and 64 that do, in clear.
    PLAIN_IDLE("plain-idle", Way.PLAIN, Tool.IDLE, false, 64),
    TLS_IDLE("tls-idle", Way.TLS, Tool.IDLE, false, 64);

    /// What requests travel on.
    enum Way {
        PLAIN,
        TLS,
        H2,
        H3
    }

    /// Who makes the load.
    enum Tool {
        WRK,
        H2LOAD,
        /// [QuicLoad], a process of ours.
        QUIC,
        /// `openssl s_time`, the one at hand that resumes sessions.
        S_TIME,
        /// `h2load` for the idle connections, `wrk` among them.
        IDLE
    }

    private final String word;
    private final Way way;
    private final Tool tool;
    private final boolean large;
    private final int connections;

    EdgeRow(String word, Way way, Tool tool, boolean large, int connections) {
        this.word = word;
        this.way = way;
        this.tool = tool;
        this.large = large;
        this.connections = connections;
    }

    String word() {
        return word;
    }

    Way way() {
        return way;
    }

    Tool tool() {
        return tool;
    }

    boolean isSecure() {
        return way != Way.PLAIN;
    }

    boolean isLarge() {
        return large;
    }

    /// How many connections there are at once.
    int connections() {
        return connections;
    }

    /// How many requests at once on each connection.
    int streams() {
        return way == Way.PLAIN || way == Way.TLS ? 1 : large ? 4 : 100;
    }

    String path() {
        return large ? "/large" : "/small";
    }

    int bodyBytes() {
        return large ? EdgeOrigin.LARGE : EdgeOrigin.SMALL;
    }

    /// What the load sends besides the usual fields, `Name: value`.
    List<String> fields() {
        return this == TLS_NEW ? List.of("Connection: close") : List.of();
    }
}
