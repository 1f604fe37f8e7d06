package org.pinisi.certificates;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flow;
import org.pinisi.flow.FlowException;
import org.pinisi.flow.Flows;
import org.pinisi.flow.TlsClient;
import org.pinisi.http.Address;

/// Looks from outside at what is served: shakes hands with our own listener as a client would. Called on a
/// virtual thread; may block for some seconds.
@FunctionalInterface
public interface Probe {
    /// The certificate that a client gets who asks for this name.
    ///
    /// @param serverName exact; empty for a client that names none, as clients of an IP address do
    /// @return empty if there is no listener to look at
    /// @throws CertificateException when the handshake fails
    Optional<X509Certificate> served(String serverName) throws InterruptedException;

    /// Shakes hands over TCP, trusting whoever answers: only which certificate it is matters.
    ///
    /// @param listener where our TLS listener is; empty while there is none. One on every interface is
    ///     asked at 127.0.0.1
    static Probe handshake(Supplier<Optional<Address.Inet>> listener) {
        TlsClient client = TlsClient.builder().trustEveryone().build();
        Duration patience = Duration.ofSeconds(5);
        return serverName -> {
            Optional<Address.Inet> address = listener.get();
            if (address.isEmpty()) {
                return Optional.empty();
            }
            String given = address.get().host();
            String host = given.isEmpty() || given.equals("0.0.0.0") || given.equals("::") ? "127.0.0.1" : given;
            Context context = Context.empty()
                    .with(Flows.HOST, host)
                    .with(Flows.PORT, address.get().port())
                    .with(Flows.CONNECT_TIME, patience);
            try (Flow raw = Flows.standard().resolve(context);
                    Flow flow = client.over(raw, serverName.isEmpty() ? host : serverName, patience)) {
                return TlsClient.certificates(flow).stream().findFirst();
            } catch (IOException | FlowException e) {
                throw new CertificateException("at " + address.get() + ": " + e.getMessage(), e);
            }
        };
    }
}
