package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import picocli.CommandLine.Option;

/// `--target`: the running edge that is to look at the book at once.
final class SignalOptions {
    private static final int PORT = 80;
    private static final Duration TIME = Duration.ofSeconds(30);

    @Option(
            names = {"-t", "--target"},
            paramLabel = "HOST[:PORT]",
            description = "Tell this running edge to look at the book now (port 80 without one), signed with the pass"
                    + " phrase, and print what it answers. Without it the edge notices by itself, within its --poll.")
    private Optional<String> target = Optional.empty();

    boolean wanted() {
        return target.isPresent();
    }

    /// Where the signal goes, read before anything is changed.
    Optional<Address> address() {
        try {
            return target.map(text -> Address.parse(hasPort(text) ? text : text + ":" + PORT));
        } catch (IllegalArgumentException malformed) {
            throw new CommandException(ExitCodes.USAGE, "--target: " + malformed.getMessage());
        }
    }

    private static boolean hasPort(String text) {
        return text.indexOf(':', text.indexOf(']') + 1) >= 0;
    }

    /// Sends it, and prints the answer.
    ///
    /// @throws CommandException when the edge refuses it, or there is no answer
    void send(PrintWriter out, PassPhrase phrase) throws InterruptedException {
        Optional<Address> edge = address();
        if (edge.isEmpty()) {
            return;
        }
        byte[] body = new byte[0];
        try (ReloadSignal signal = ReloadSignal.of(phrase);
                HttpClient client =
                        HttpClient.builder().connectTime(TIME).answerTime(TIME).build()) {
            ClientRequest request = ClientRequest.post(ReloadSignal.PATH, "text/plain", body);
            for (Fields.Field field :
                    signal.sign(body, InstantSource.system().instant()).all()) {
                request = request.with(field.name(), field.value());
            }
            try (ClientResponse answer = client.send(edge.get(), request)) {
                tell(out, edge.get(), answer);
            }
        } catch (HttpException failure) {
            throw new CommandException(
                    ExitCodes.FAILED, "the book is changed, but the edge did not answer: " + failure.getMessage());
        }
    }

    private static void tell(PrintWriter out, Address edge, ClientResponse answer) throws InterruptedException {
        String said = printable(new String(answer.bodyAsBytes(ReloadSignal.MOST_BYTES), StandardCharsets.UTF_8));
        if (answer.status() / 100 != 2) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the book is changed, but the edge at %s refused the signal (%d): %s"
                            .formatted(edge, answer.status(), said));
        }
        out.println("the edge at " + edge + " says: " + said);
        out.flush();
    }

    private static String printable(String text) {
        return text.strip().replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
    }
}
