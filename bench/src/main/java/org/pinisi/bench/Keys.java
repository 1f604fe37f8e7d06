package org.pinisi.bench;

import java.util.Locale;
import org.pinisi.git.SshKeySeed;

/// How long it takes to make the RSA keys of many seeds, each another one, and all the same in every run.
final class Keys {
    private static final int WARM_UP = 10;

    private Keys() {}

    static void run(int seeds) throws InterruptedException {
        System.out.println("One RSA key from its seed, both processors if idle; %d seeds".formatted(seeds));
        for (int bits : new int[] {2048, 4096}) {
            for (int i = 0; i < WARM_UP; i++) {
                SshKeySeed.rsa("warm-up-" + i, bits).key();
            }
            Stats stats = new Stats();
            for (int i = 0; i < seeds; i++) {
                SshKeySeed seed = SshKeySeed.rsa("bench-seed-" + i, bits);
                long begin = System.nanoTime();
                seed.key();
                stats.add((System.nanoTime() - begin) / 1e6);
            }
            System.out.printf(
                    Locale.ROOT,
                    "RSA %d  median %.0f ms  min %.0f ms  max %.0f ms  p95 %.0f ms%n",
                    bits,
                    stats.median(),
                    stats.quantile(0),
                    stats.quantile(1),
                    stats.quantile(0.95));
        }
    }
}
