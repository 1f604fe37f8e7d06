package org.pinisi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/// Looks, with the JDK's own client, whether a proxy answers a row as it should, before it is measured.
final class EdgeCheck {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final HttpClient one;
    private final HttpClient two;

    EdgeCheck(Path chain) {
        this.one = client(chain, HttpClient.Version.HTTP_1_1);
        this.two = client(chain, HttpClient.Version.HTTP_2);
    }

    private static HttpClient client(Path chain, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(Trust.of(chain))
                .version(version)
                .connectTimeout(LONGEST)
                .build();
    }

    /// @throws BenchException if the answer is wrong
    void check(EdgeRow row, PinnedServer server) {
        if (row.way() == EdgeRow.Way.H3) {
            // The load looks at each of its answers itself.
            return;
        }
        URI address = URI.create(EdgeLoad.address(row, server) + row.path());
        HttpRequest request = HttpRequest.newBuilder(address).timeout(LONGEST).build();
        HttpClient client = row.way() == EdgeRow.Way.H2 ? two : one;
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new BenchException("no answer to " + row.word() + " from " + address, failure);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", cancelled);
        }
        boolean right = answer.statusCode() == 200
                && answer.version() == client.version()
                && Arrays.equals(answer.body(), EdgeOrigin.body(row.bodyBytes()));
        if (!right) {
            throw new BenchException(row.word() + ": wrong answer " + answer.statusCode() + " over " + answer.version()
                    + ", " + answer.body().length + " bytes, from " + address);
        }
    }
}
