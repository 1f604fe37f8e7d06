package org.pinisi.certificates;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.pinisi.http.Certified;

/// Where our answers to challenges hang while an authority looks for them. Thread-safe; looking never
/// blocks.
final class ChallengeBoard {
    private static final int MOST = 1000;

    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Certified> handshakes = new ConcurrentHashMap<>();

    /// What to answer for a token of HTTP-01.
    Optional<String> answer(String token) {
        return Optional.ofNullable(tokens.get(token));
    }

    /// What to show in a handshake of TLS-ALPN-01.
    Optional<Certified> handshake(String serverName) {
        return Optional.ofNullable(handshakes.get(serverName));
    }

    Posted post(String token, String answer) throws Refusal {
        return put(tokens, token, answer);
    }

    Posted post(String serverName, Certified certified) throws Refusal {
        return put(handshakes, serverName, certified);
    }

    private static <T> Posted put(Map<String, T> board, String key, T value) throws Refusal {
        if (board.size() >= MOST) {
            throw Refusal.before(
                    Refusal.Fault.LIMIT, "more than " + MOST + " challenges at once; later", Optional.empty());
        }
        board.put(key, value);
        return () -> board.remove(key, value);
    }

    /// Something that hangs; it is to be taken down whatever happens.
    @FunctionalInterface
    interface Posted {
        void takeDown() throws InterruptedException;
    }
}
