package org.pinisi.edge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;

/// A TLS client for tests, which trusts the authority `servers` of [TlsFiles] alone.
final class TlsWire {
    private static final char[] NO_PASSWORD = new char[0];
    private static final int PATIENCE = 20_000;

    private final SSLContext context;
    private final int port;

    /// @param identity names the client's own certificate; empty for none
    TlsWire(Address address, String identity) {
        port = ((Address.Inet) address).port();
        try {
            context = SSLContext.getInstance("TLS");
            context.init(identity.isEmpty() ? null : identity(identity), trust().getTrustManagers(), null);
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("every Java has TLS", failure);
        }
    }

    TlsWire(Address address) {
        this(address, "");
    }

    private static TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        Certificate authority = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(TlsFiles.pem("servers.crt").getBytes(StandardCharsets.US_ASCII)));
        store.setCertificateEntry("servers", authority);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManager[] identity(String name) throws GeneralSecurityException, IOException {
        Certified certified = TlsFiles.certified(name);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        store.setKeyEntry(
                "client", certified.key(), NO_PASSWORD, certified.chain().toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /// Connects and shakes hands, asking for this name (none if empty) and these protocols; the shown
    /// certificate's name is not looked at.
    SSLSocket connect(String name, String... protocols) throws IOException {
        return over(new Socket("127.0.0.1", port), name, protocols);
    }

    /// The same on a connection that is there already.
    SSLSocket over(Socket plain, String name, String... protocols) throws IOException {
        plain.setSoTimeout(PATIENCE);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    Wire open(String name, String... protocols) throws IOException {
        return new Wire(connect(name, protocols));
    }

    /// The common name in the certificate that is shown for this name.
    String shownFor(String name) throws IOException {
        try (SSLSocket socket = connect(name)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }
}
