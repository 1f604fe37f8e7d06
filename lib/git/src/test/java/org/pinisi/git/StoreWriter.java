package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.InstantSource;

/// A program of its own that writes to a store until it is killed: each batch gives all keys the same number, which is
/// printed once the batch is made.
final class StoreWriter {
    static final int KEYS = 5;
    static final StoreAuthor AUTHOR = new StoreAuthor("Writer", "writer@example.org");

    private StoreWriter() {}

    static StoreKey key(int number) {
        return new StoreKey("folder" + number + "/deep/key");
    }

    /// @param arguments the folder of the repository
    public static void main(String[] arguments) {
        try (GitRepository repository = GitRepository.open(Path.of(arguments[0]));
                GitStore store = GitStore.open(repository, "main", StoreLimits.DEFAULT, InstantSource.system())) {
            int begin = store.get(key(0))
                    .map(value -> Integer.parseInt(new String(value, UTF_8)))
                    .orElse(0);
            for (int i = begin + 1; ; i++) {
                byte[] value = String.valueOf(i).getBytes(UTF_8);
                // Every third change is large enough to become a pack.
                int extra = i % 3 == 0 ? 100 : 0;
                store.batch(AUTHOR, "Change " + i, draft -> {
                    for (int key = 0; key < KEYS; key++) {
                        draft.set(key(key), value);
                    }
                    for (int key = 0; key < extra; key++) {
                        draft.set(new StoreKey("extra/" + key), value);
                    }
                });
                System.out.println(i);
            }
        }
    }
}
