package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.TlsFacts;

/// What is known of a connection's client, prepared once, so that a request costs nothing. For one
/// event loop.
///
/// If the connection is a trusted proxy's, each request may have another client: [#asking] says whose
/// it is.
final class Client {
    private final EdgeTrust trust;
    private final InetAddress address;
    private final int sourcePort;
    private final InetSocketAddress reached;
    private final String text;
    private final boolean secure;
    private final boolean proxy;
    private final @Nullable TlsFacts tls;
    private final byte[] serverName;
    private final Optional<ClientCertificate> certificate;
    private final Forwarding forwarding;
    private @Nullable CertificateNames shownNames;

    private Client(EdgeTrust trust, InetSocketAddress from, InetSocketAddress reached, @Nullable TlsFacts tls) {
        this.trust = trust;
        this.address = from.getAddress();
        this.sourcePort = from.getPort();
        this.reached = reached;
        this.text = NetUtil.toAddressString(address);
        this.secure = tls != null;
        this.proxy = trust.isProxy(address);
        this.tls = tls;
        this.serverName = tls == null ? new byte[0] : tls.serverName().getBytes(StandardCharsets.ISO_8859_1);
        this.certificate = tls == null || tls.client().isEmpty()
                ? Optional.empty()
                : Optional.of(ClientCertificate.of(tls.client().getFirst()));
        this.forwarding = Forwarding.of(
                trust.forwarded(),
                new Forwarding.Facts(text, "", text, protocol(), reached.getPort(), null, certificateFields()));
    }

    /// Of one request that came through the trusted proxy `through`.
    private Client(Client through, TrustedChain chain) {
        this.trust = through.trust;
        this.address = chain.client();
        this.sourcePort = 0;
        this.reached = through.reached;
        this.text = NetUtil.toAddressString(address);
        this.secure = chain.isSecure();
        this.proxy = true;
        this.tls = through.tls;
        this.serverName = through.serverName;
        this.certificate = through.certificate;
        this.forwarding = Forwarding.of(
                trust.forwarded(),
                new Forwarding.Facts(
                        text, chain.text(), through.text, protocol(), chain.port(), chain.host(), certificateFields()));
    }

    /// The client of these addresses; one on a unix socket is this machine.
    static Client of(EdgeTrust trust, SocketAddress from, SocketAddress reached, @Nullable TlsFacts tls) {
        return new Client(trust, inet(from, 0), inet(reached, tls == null ? 80 : 443), tls);
    }

    /// The address with its port; this machine's, with this port, for a unix socket.
    static InetSocketAddress inet(SocketAddress address, int usualPort) {
        return address instanceof InetSocketAddress inet && !inet.isUnresolved()
                ? inet
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), usualPort);
    }

    static InetAddress inetAddress(SocketAddress address) {
        return inet(address, 0).getAddress();
    }

    /// Whose request this is: this client's, or that of whom a trusted proxy names.
    Client asking(Head request) {
        return proxy ? new Client(this, TrustedChain.of(request, trust, address, secure, reached.getPort())) : this;
    }

    InetAddress address() {
        return address;
    }

    /// The address as RFC 5952 writes it.
    String text() {
        return text;
    }

    /// Whether the client speaks TLS, with us or with a trusted proxy.
    boolean isSecure() {
        return secure;
    }

    /// Whether the connection is a trusted proxy's.
    boolean isProxied() {
        return proxy;
    }

    /// What the handshake with us has settled; null without TLS.
    @Nullable
    TlsFacts tls() {
        return tls;
    }

    /// The name that the client asked for in the handshake, in lower case; empty for none. Not to be
    /// changed.
    byte[] serverName() {
        return serverName;
    }

    /// The client's certificate, if it has shown one, which was checked.
    Optional<ClientCertificate> certificate() {
        return certificate;
    }

    /// Whether requests for this host may come over this connection: it is the name that the client
    /// asked for in the handshake, or the certificate that it was shown covers it. Without TLS nothing
    /// speaks against it.
    boolean covers(Head request) {
        TlsFacts facts = tls;
        if (facts == null || isServerName(request)) {
            return true;
        }
        CertificateNames names = shownNames;
        if (names == null) {
            names = CertificateNames.of(facts.shown().chain().getFirst());
            shownNames = names;
        }
        return names.cover(request);
    }

    private boolean isServerName(Head request) {
        int start = request.hostStart();
        if (request.hostEnd() - start != serverName.length) {
            return false;
        }
        byte[] bytes = request.bytes();
        for (int i = 0; i < serverName.length; i++) {
            byte given = bytes[start + i];
            if (serverName[i] != (given >= 'A' && given <= 'Z' ? given | 0x20 : given)) {
                return false;
            }
        }
        return true;
    }

    /// Writes what a connection to an upstream begins with that speaks this version of the PROXY
    /// protocol, at most [ProxyLine#LONGEST] bytes.
    void writeProxyLine(ProxyProtocol version, ByteBuf out) {
        ProxyLine.write(version, new InetSocketAddress(address, sourcePort), reached, out);
    }

    /// Whether an upstream that speaks the PROXY protocol would be told the same of both.
    boolean isSame(Client other) {
        return other == this
                || (sourcePort == other.sourcePort && address.equals(other.address) && reached.equals(other.reached));
    }

    /// What an upstream is told about the client.
    Forwarding forwarding() {
        return forwarding;
    }

    private String protocol() {
        return secure ? "https" : "http";
    }

    private String certificateFields() {
        return certificate.map(ClientCertificate::fields).orElse("");
    }
}
