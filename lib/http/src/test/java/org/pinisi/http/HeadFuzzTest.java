package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Mutated heads: the parser agrees with itself however the bytes are cut, and throws nothing but its own
/// exception. The seed is fixed; a failure names the round, and the round's text.
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class HeadFuzzTest {
    private static final long SEED = 20_261_121;
    private static final int ROUNDS = 20_000;
    private static final HttpLimits LIMITS = HttpLimits.defaults().withHead(512, 128, 12);
    private static final String[] SEEDS = {
        "GET /a/b?c=d HTTP/1.1\r\nHost: example.org\r\nConnection: keep-alive, x\r\nX: y\r\n\r\n",
        "POST http://h:80/x HTTP/1.1\r\nHost: h:80\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "PUT /%2e HTTP/1.0\r\nContent-Length: 42\r\nUser-Agent: some rather long agent (x; y) z/1.0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nKeep-Alive: 3\r\nServer: abcdefghijklmnop\r\n\r\n",
        "HTTP/1.1 301 \r\nTransfer-Encoding: chunked\r\nLocation: /x\r\nConnection: close\r\n\r\n"
    };
    private static final String SPICE = "\r\n\t :,;/?#*@[]\0\u007f\u00ff09aZGHTP.=\"%";

    @Test
    void mutatedHeadsMeanTheSameWholeAndInFragments() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(random);
            boolean request = random.nextInt(5) < 3;
            String whole = outcome(request, text, text.length());
            String pieces = outcome(request, text, 1 + random.nextInt(7));

            assertThat(pieces).as("seed %s, round %s: %s", SEED, round, text).isEqualTo(whole);
        }
    }

    private static String mutate(Random random) {
        StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length());
            char spice = SPICE.charAt(random.nextInt(SPICE.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, spice);
                case 1 -> text.insert(at, spice);
                case 2 -> text.deleteCharAt(at);
                default -> text.insert(at, text.substring(at, at + random.nextInt(text.length() - at)));
            }
        }
        return text.toString();
    }

    private static String outcome(boolean request, String text, int fragment) {
        Head head = request ? Head.forRequests(LIMITS) : Head.forAnswers(LIMITS);
        ByteBuf in = Bytes.of(text);
        ByteBuf growing = Unpooled.buffer();
        try {
            while (in.isReadable()) {
                growing.writeBytes(in, Math.min(fragment, in.readableBytes()));
                if (head.parse(growing)) {
                    return Bytes.describe(head);
                }
            }
            return "incomplete";
        } catch (HttpException e) {
            return e.status() + " " + e.getMessage();
        }
    }
}
