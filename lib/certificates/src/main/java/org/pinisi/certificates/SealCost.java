package org.pinisi.certificates;

/// How expensive it is to try a pass phrase: the parameters of Argon2id (RFC 9106).
///
/// @param memoryKib in KiB, 8,192 to 262,144; default 65,536
/// @param iterations 1 to 10; default 3
/// @param lanes 1 to 8; default 4
public record SealCost(int memoryKib, int iterations, int lanes) {
    /// RFC 9106's second recommendation.
    public static final SealCost DEFAULT = new SealCost(65_536, 3, 4);

    /// The cheapest that is taken, for tests.
    static final SealCost LEAST = new SealCost(8_192, 1, 1);

    /// @throws CertificateException when one is out of its range: a book that others can write must not cost the
    ///     machine its memory or its time
    public SealCost {
        check("memory-kib", memoryKib, 8_192, 262_144);
        check("iterations", iterations, 1, 10);
        check("lanes", lanes, 1, 8);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new CertificateException(
                    "the seal's %s is %d; expected is %d to %d".formatted(name, value, least, most));
        }
    }
}
