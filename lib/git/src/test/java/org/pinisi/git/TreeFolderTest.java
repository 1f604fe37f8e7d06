package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;

class TreeFolderTest {
    @Test
    void keepsGitsOrderInWhichAFolderSortsAsIfItHadASlash() throws Exception {
        TreeFolder folder = folder(Map.of("a.b", file(1), "a", folder(2), "a-b", file(3), "a0", file(4)));

        assertThat(names(folder)).containsExactly("a-b", "a.b", "a", "a0");
        new ObjectChecker().checkTree(folder.with(Map.of()));
    }

    @Test
    void findsEachNameWhateverItStandsFor() throws Exception {
        TreeFolder folder = folder(Map.of("a.b", file(1), "a", folder(2), "a-b", file(3), "a0", file(4)));

        assertThat(find(folder, "a")).contains(folder(2));
        assertThat(find(folder, "a.b")).contains(file(1));
        assertThat(find(folder, "a0")).contains(file(4));
        assertThat(find(folder, "b")).isEmpty();
        assertThat(find(folder, "")).isEmpty();
        assertThat(find(TreeFolder.EMPTY, "a")).isEmpty();
    }

    @Test
    void aFileBecomesAFolderOfTheSameNameInItsOwnPlace() throws Exception {
        TreeFolder folder = folder(Map.of("a", file(1), "a.b", file(2)));

        TreeFolder changed = TreeFolder.parse(folder.with(change("a", Optional.of(folder(3)))));

        assertThat(names(changed)).containsExactly("a.b", "a");
        assertThat(find(changed, "a")).contains(folder(3));
    }

    /// Against a plain map, with names that share prefixes.
    @Test
    void manyRandomChangesGiveTheSameAsAMapAndAValidTree() throws Exception {
        Random random = new Random(20261121);
        Map<String, TreeSlot> expected = new HashMap<>();
        TreeFolder folder = TreeFolder.EMPTY;
        for (int round = 0; round < 300; round++) {
            Map<byte[], Optional<TreeSlot>> changes = new TreeMap<>(Arrays::compareUnsigned);
            for (int i = random.nextInt(5); i >= 0; i--) {
                String name = name(random);
                Optional<TreeSlot> slot = random.nextInt(3) == 0
                        ? Optional.empty()
                        : Optional.of(random.nextBoolean() ? file(round) : folder(round));
                changes.put(name.getBytes(UTF_8), slot);
                expected.remove(name);
                slot.ifPresent(set -> expected.put(name, set));
            }
            byte[] raw = folder.with(changes);
            new ObjectChecker().checkTree(raw);
            folder = TreeFolder.parse(raw);

            assertThat(folder.size()).isEqualTo(expected.size());
            TreeFolder now = folder;
            expected.forEach((name, slot) -> assertThat(find(now, name)).contains(slot));
        }
    }

    @Test
    void aTreeThatEndsTooSoonIsRefused() {
        byte[] raw = TreeFolder.EMPTY.with(change("name", Optional.of(file(1))));

        for (int length = 1; length < raw.length; length++) {
            byte[] cut = Arrays.copyOf(raw, length);
            assertThatThrownBy(() -> TreeFolder.parse(cut)).isInstanceOf(CorruptObjectException.class);
        }
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder("a");
        for (int i = random.nextInt(4); i > 0; i--) {
            name.append("a-./0b\u00ff".replace("/", "").charAt(random.nextInt(6)));
        }
        return name + "x";
    }

    private static TreeFolder folder(Map<String, TreeSlot> slots) throws CorruptObjectException {
        Map<byte[], Optional<TreeSlot>> changes = new TreeMap<>(Arrays::compareUnsigned);
        slots.forEach((name, slot) -> changes.put(name.getBytes(UTF_8), Optional.of(slot)));
        return TreeFolder.parse(TreeFolder.EMPTY.with(changes));
    }

    private static Map<byte[], Optional<TreeSlot>> change(String name, Optional<TreeSlot> slot) {
        return Map.of(name.getBytes(UTF_8), slot);
    }

    private static Optional<TreeSlot> find(TreeFolder folder, String name) {
        return folder.find(name.getBytes(UTF_8));
    }

    private static List<String> names(TreeFolder folder) {
        return IntStream.range(0, folder.size())
                .mapToObj(entry -> new String(folder.name(entry), UTF_8))
                .toList();
    }

    private static TreeSlot file(int number) {
        return new TreeSlot(FileMode.REGULAR_FILE, id(number));
    }

    private static TreeSlot folder(int number) {
        return new TreeSlot(FileMode.TREE, id(number));
    }

    private static ObjectId id(int number) {
        byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
        raw[0] = 1;
        raw[18] = (byte) (number >> 8);
        raw[19] = (byte) number;
        return ObjectId.fromRaw(raw);
    }
}
