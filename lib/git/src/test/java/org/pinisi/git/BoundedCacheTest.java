package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    private final BoundedCache<Integer, byte[]> cache = new BoundedCache<>(80, bytes -> bytes.length);

    @Test
    void forgetsWhatWasNotAskedForTheLongest() {
        for (int i = 0; i < 8; i++) {
            cache.put(i, new byte[10]);
        }
        assertThat(cache.find(0)).isPresent();

        cache.put(8, new byte[10]);

        assertThat(cache.find(0)).isPresent();
        assertThat(cache.find(1)).isEmpty();
        assertThat(cache.weight()).isEqualTo(80);
    }

    @Test
    void doesNotKeepWhatIsLargerThanItsShare() {
        cache.put(1, new byte[11]);

        assertThat(cache.find(1)).isEmpty();
        assertThat(cache.weight()).isZero();
    }

    @Test
    void countsAKeyOnce() {
        cache.put(1, new byte[10]);
        cache.put(1, new byte[10]);

        assertThat(cache.weight()).isEqualTo(10);
    }
}
