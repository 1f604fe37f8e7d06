package org.pinisi.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.pinisi.http.Certified;

/// Certificates of tests that no server has to sign.
final class TestAuthority {
    private static final CertificateMaker MAKER = new CertificateMaker();
    private static final Certified ROOT = MAKER.root(
            "Test root", KeyType.P256, List.of(), Instant.parse("2020-01-01T00:00:00Z"), Duration.ofDays(36_500));

    private TestAuthority() {}

    static Certified root() {
        return ROOT;
    }

    static Certified leaf(String name, Instant begin, Instant end) {
        return MAKER.leaf(ROOT, KeyType.P256, List.of(SubjectName.parse(name)), KeyType.P256.generate(), begin, end);
    }
}
