package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// Asks for name and password. Trying a password takes long, which is the point of such hashes; so it is
/// done off the event loop, two at once for a route, and a pair that was right is remembered for five
/// minutes, by a code that is worth nothing to others. Thread-safe.
final class BasicAuthGate implements Gate {
    private static final int MOST_KNOWN = 1000;
    private static final int MOST_AT_ONCE = 2;
    private static final int MOST_WAITING = 32;
    private static final int LONGEST = 1024;
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(5);
    private static final String MAC = "HmacSHA256";

    private final Map<String, String> users;
    private final String anyHash;
    private final Reply.Refusal refusal;
    private final LongSupplier clock;
    private final SecretKeySpec key;
    private final Semaphore trying = new Semaphore(MOST_AT_ONCE);
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Map<String, Long> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_KNOWN;
        }
    });

    /// @param clock in nanoseconds, as `System.nanoTime`
    BasicAuthGate(BasicAuthRule rule, LongSupplier clock) {
        this.users = rule.users();
        this.anyHash = users.values().iterator().next();
        this.clock = clock;
        this.refusal = Reply.Refusal.of(
                401,
                Fault.UNAUTHENTICATED,
                "WWW-Authenticate: Basic realm=\"" + rule.realm() + "\", charset=\"UTF-8\"");
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, MAC);
    }

    @Override
    public @Nullable Reply check(Head request, Client client) {
        String given = credentials(request);
        if (given == null) {
            return refusal;
        }
        String code = code(given);
        Long until = known.get(code);
        if (until != null && clock.getAsLong() - until < 0) {
            return null;
        }
        if (!waiting.tryAcquire()) {
            return Reply.Refusal.of(503, Fault.OVERLOADED, "Retry-After: 2");
        }
        return new Reply.Later(() -> tried(given, code));
    }

    private Reply tried(String given, String code) throws InterruptedException {
        try {
            trying.acquire();
            try {
                int colon = given.indexOf(':');
                String hash = users.get(given.substring(0, colon));
                // An unknown name takes as long as a wrong password.
                boolean right = PasswordHash.isRight(hash == null ? anyHash : hash, given.substring(colon + 1));
                if (!right || hash == null) {
                    return refusal;
                }
                known.put(code, clock.getAsLong() + REMEMBERED);
                return new Reply.Passed();
            } finally {
                trying.release();
            }
        } finally {
            waiting.release();
        }
    }

    /// Name and password, parted by a colon; null if there are none.
    private static @Nullable String credentials(Head request) {
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.name(i).equalsIgnoreCase("authorization")) {
                String value = request.value(i);
                if (value.length() > LONGEST || !value.regionMatches(true, 0, "Basic ", 0, 6)) {
                    return null;
                }
                try {
                    byte[] bytes = Base64.getDecoder().decode(value.substring(6).strip());
                    String pair = new String(bytes, StandardCharsets.UTF_8);
                    return pair.indexOf(':') < 0 ? null : pair;
                } catch (IllegalArgumentException malformed) {
                    return null;
                }
            }
        }
        return null;
    }

    private String code(String given) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(given.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
