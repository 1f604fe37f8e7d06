package org.pinisi.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/// Looks, with the JDK's own client, whether a server answers a row as it should, before it is measured.
final class SiteCheck {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int SAMPLES = 50;

    private final SiteFiles files;
    private final HttpClient one;
    private final HttpClient two;

    SiteCheck(SiteFiles files) {
        this.files = files;
        SSLContext trust = Trust.of(files.chain());
        this.one = client(trust, HttpClient.Version.HTTP_1_1);
        this.two = client(trust, HttpClient.Version.HTTP_2);
    }

    private static HttpClient client(SSLContext trust, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(trust)
                .version(version)
                .connectTimeout(LONGEST)
                .build();
    }

    /// Checks the answers to a row's requests.
    ///
    /// @return the fields with which the row's requests are to be sent
    /// @throws BenchException if an answer is wrong
    List<String> check(SiteRow row, PinnedServer server) {
        return switch (row.content()) {
            case SMALL, MIDDLE, LARGE -> whole(row, server, files.path(row.content()));
            case MANY -> {
                files.many().stream().limit(SAMPLES).forEach(path -> whole(row, server, path));
                yield List.of();
            }
            case UNCHANGED -> unchanged(row, server);
            case COMPRESSED -> compressed(row, server);
        };
    }

    private List<String> whole(SiteRow row, PinnedServer server, String path) {
        HttpResponse<byte[]> answer = get(row, server, path, List.of());
        expect(row, answer, 200);
        if (!Arrays.equals(answer.body(), files.bytes(path))) {
            throw wrong(row, answer, "its " + answer.body().length + " bytes are not the file's");
        }
        return List.of();
    }

    private List<String> unchanged(SiteRow row, PinnedServer server) {
        String path = files.path(row.content());
        HttpResponse<byte[]> first = get(row, server, path, List.of());
        String tag = first.headers().firstValue("ETag").orElseThrow(() -> wrong(row, first, "there is no ETag"));
        List<String> fields = List.of("If-None-Match: " + tag);
        expect(row, get(row, server, path, fields), 304);
        return fields;
    }

    private List<String> compressed(SiteRow row, PinnedServer server) {
        String path = files.path(row.content());
        List<String> fields = List.of("Accept-Encoding: gzip");
        // A variant may be made beside the first requests, and be given when it is ready.
        HttpResponse<byte[]> answer = get(row, server, path, fields);
        long begin = System.nanoTime();
        while (answer.headers().firstValue("Content-Encoding").isEmpty()
                && System.nanoTime() - begin < LONGEST.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            answer = get(row, server, path, fields);
        }
        expect(row, answer, 200);
        if (!answer.headers().firstValue("Content-Encoding").equals(Optional.of("gzip"))) {
            throw wrong(row, answer, "it is not compressed");
        }
        try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            if (!Arrays.equals(input.readAllBytes(), files.bytes(path))) {
                throw wrong(row, answer, "its bytes are not the file's");
            }
        } catch (IOException failure) {
            throw wrong(row, answer, failure.toString());
        }
        return fields;
    }

    private HttpResponse<byte[]> get(SiteRow row, PinnedServer server, String path, List<String> fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.address(row.wire().isSecure()) + path))
                .timeout(LONGEST);
        fields.forEach(field -> request.header(
                field.substring(0, field.indexOf(':')),
                field.substring(field.indexOf(':') + 1).strip()));
        try {
            return (row.wire() == SiteRow.Wire.H2 ? two : one)
                    .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new BenchException(
                    "no answer to " + row.name() + " from "
                            + server.address(row.wire().isSecure()),
                    failure);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", cancelled);
        }
    }

    private static void expect(SiteRow row, HttpResponse<byte[]> answer, int status) {
        if (answer.statusCode() != status) {
            throw wrong(row, answer, "expected status " + status);
        }
        HttpClient.Version version =
                row.wire() == SiteRow.Wire.H2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
        if (answer.version() != version) {
            throw wrong(row, answer, "expected " + version + ", not " + answer.version());
        }
    }

    private static BenchException wrong(SiteRow row, HttpResponse<byte[]> answer, String why) {
        return new BenchException(row.name() + ": wrong answer " + answer.statusCode() + " "
                + answer.headers().map() + " from " + answer.uri() + ": " + why);
    }
}
