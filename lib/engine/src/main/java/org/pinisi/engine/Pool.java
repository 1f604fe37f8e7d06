package org.pinisi.engine;

/// A limited resource, such as the right to run a build. Waiting jobs get it in the order in which they came;
/// those without an older outcome to show go first. Safe for any number of threads. Made by [Engine#pool].
public final class Pool {
    private final String name;
    private final int capacity;

    Pool(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    /// The name it was made under.
    public String name() {
        return name;
    }

    /// How many may hold it at a time.
    public int capacity() {
        return capacity;
    }

    /// How many hold it now.
    public int used() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// How many wait for it now.
    public int waiting() {
        throw new UnsupportedOperationException("skeleton");
    }
}
