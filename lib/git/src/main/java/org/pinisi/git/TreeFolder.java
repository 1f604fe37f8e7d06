package org.pinisi.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/// One tree object of Git (gitformat, "tree objects"): its bytes as they are, and where each entry begins, so that a
/// name is found by halving and a changed folder is written by copying. Immutable.
final class TreeFolder {
    static final TreeFolder EMPTY = new TreeFolder(new byte[0], new int[] {0});

    private static final int SPACE = ' ';

    private final byte[] raw;

    /// The begin of each entry, and the end of the last.
    private final int[] starts;

    private TreeFolder(byte[] raw, int[] starts) {
        this.raw = raw;
        this.starts = starts;
    }

    static TreeFolder parse(byte[] raw) throws CorruptObjectException {
        int[] starts = new int[16];
        int count = 0;
        int at = 0;
        while (at < raw.length) {
            if (count + 1 >= starts.length) {
                starts = Arrays.copyOf(starts, starts.length * 2);
            }
            starts[count++] = at;
            int end = at;
            while (end < raw.length && raw[end] != 0) {
                end++;
            }
            at = end + 1 + Constants.OBJECT_ID_LENGTH;
            if (at > raw.length) {
                throw new CorruptObjectException("a tree object ends in the middle of an entry");
            }
        }
        starts[count] = raw.length;
        return new TreeFolder(raw, Arrays.copyOf(starts, count + 1));
    }

    int size() {
        return starts.length - 1;
    }

    /// About what it takes in memory.
    int weight() {
        return raw.length + Integer.BYTES * starts.length;
    }

    byte[] name(int entry) {
        return Arrays.copyOfRange(raw, nameStart(entry), nameEnd(entry));
    }

    TreeSlot slot(int entry) {
        int mode = 0;
        for (int i = starts[entry]; raw[i] != SPACE; i++) {
            mode = (mode << 3) + (raw[i] - '0');
        }
        return new TreeSlot(FileMode.fromBits(mode), ObjectId.fromRaw(raw, nameEnd(entry) + 1));
    }

    /// What the name stands for, folder or not.
    Optional<TreeSlot> find(byte[] name) {
        int file = search(name, false);
        int found = file >= 0 ? file : search(name, true);
        return found >= 0 ? Optional.of(slot(found)) : Optional.empty();
    }

    /// The bytes of this folder with some names set or, where there is no slot, removed.
    byte[] with(Map<byte[], Optional<TreeSlot>> changes) {
        TreeMap<byte[], TreeSlot> set = new TreeMap<>(Arrays::compareUnsigned);
        TreeMap<byte[], Boolean> changed = new TreeMap<>(Arrays::compareUnsigned);
        changes.forEach((name, slot) -> {
            changed.put(name, true);
            slot.ifPresent(present -> set.put(sortKey(name, present.isFolder()), present));
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length + 64 * changes.size());
        Iterator<Map.Entry<byte[], TreeSlot>> added = set.entrySet().iterator();
        Optional<Map.Entry<byte[], TreeSlot>> next = next(added);
        for (int entry = 0; entry < size(); entry++) {
            byte[] name = name(entry);
            byte[] key = sortKey(name, isFolder(entry));
            while (next.isPresent() && Arrays.compareUnsigned(next.get().getKey(), key) < 0) {
                write(out, next.get());
                next = next(added);
            }
            if (!changed.containsKey(name)) {
                out.write(raw, starts[entry], starts[entry + 1] - starts[entry]);
            }
        }
        while (next.isPresent()) {
            write(out, next.get());
            next = next(added);
        }
        return out.toByteArray();
    }

    private static <T> Optional<T> next(Iterator<T> iterator) {
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }

    private static void write(ByteArrayOutputStream out, Map.Entry<byte[], TreeSlot> entry) {
        TreeSlot slot = entry.getValue();
        byte[] name = entry.getKey();
        out.writeBytes(Integer.toOctalString(slot.mode().getBits()).getBytes(US_ASCII));
        out.write(SPACE);
        out.write(name, 0, slot.isFolder() ? name.length - 1 : name.length);
        out.write(0);
        byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
        slot.id().copyRawTo(id, 0);
        out.writeBytes(id);
    }

    /// Git sorts a folder as if its name ended with a slash.
    private static byte[] sortKey(byte[] name, boolean folder) {
        if (!folder) {
            return name;
        }
        byte[] key = Arrays.copyOf(name, name.length + 1);
        key[name.length] = '/';
        return key;
    }

    private int search(byte[] name, boolean folder) {
        byte[] key = sortKey(name, folder);
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(middle, key);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private int compare(int entry, byte[] key) {
        int start = nameStart(entry);
        int end = nameEnd(entry);
        int length = end - start;
        int common = Math.min(length, key.length);
        int order = Arrays.compareUnsigned(raw, start, start + common, key, 0, common);
        if (order != 0) {
            return order;
        }
        // The entry's own slash, where it is a folder, takes part in the order.
        int longer = length + (isFolder(entry) ? 1 : 0);
        if (longer > length && key.length > length) {
            int slash = Byte.compareUnsigned((byte) '/', key[length]);
            return slash != 0 ? slash : Integer.compare(longer, key.length);
        }
        return Integer.compare(longer, key.length);
    }

    private boolean isFolder(int entry) {
        // A folder's mode is 40000, the only one that begins with 4; some old programs wrote 040000.
        int first = starts[entry];
        return raw[first] == '4' || (raw[first] == '0' && raw[first + 1] == '4');
    }

    private int nameStart(int entry) {
        int at = starts[entry];
        while (raw[at] != SPACE) {
            at++;
        }
        return at + 1;
    }

    private int nameEnd(int entry) {
        return starts[entry + 1] - Constants.OBJECT_ID_LENGTH - 1;
    }
}
