package org.pinisi.deployer;

import java.io.IOException;
import java.time.Duration;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;

/// A probe over HTTP. Each probe is a connection of its own, as a stranger's would be.
final class HttpProbe implements Probe {
    @Override
    public int get(int port, String host, String path, Duration timeout) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.builder()
                        .connectTime(timeout)
                        .answerTime(timeout)
                        .idleTime(timeout)
                        .build();
                ClientResponse answer = client.send(
                        new Address.Inet("127.0.0.1", port),
                        ClientRequest.get(path)
                                .with("Host", host)
                                .with("User-Agent", "pinisi-health")
                                .with("Connection", "close"))) {
            return answer.status();
        } catch (HttpException failure) {
            Throwable cause = failure.getCause();
            throw new IOException(cause == null ? failure.getMessage() : cause.getMessage(), failure);
        }
    }
}
