package org.pinisi.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/// A limited resource, such as the right to run a build. Waiting jobs get it in the order in which they came;
/// those without an older outcome to show go first. Safe for any number of threads. Made by [Engine#pool].
public final class Pool {
    private final String name;
    private final int capacity;
    private final Deque<Waiter> urgent = new ArrayDeque<>();
    private final Deque<Waiter> patient = new ArrayDeque<>();
    private int used;

    private static final class Waiter {
        private boolean served;
    }

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
    public synchronized int used() {
        return used;
    }

    /// How many wait for it now.
    public synchronized int waiting() {
        return urgent.size() + patient.size();
    }

    /// Takes one without waiting, if one is free and nobody waits.
    synchronized boolean tryAcquire() {
        if (used == capacity || waiting() > 0) {
            return false;
        }
        used++;
        return true;
    }

    synchronized void acquire(boolean first) throws InterruptedException {
        if (tryAcquire()) {
            return;
        }
        Waiter waiter = new Waiter();
        Deque<Waiter> queue = first ? urgent : patient;
        queue.add(waiter);
        try {
            while (!waiter.served) {
                wait();
            }
        } catch (InterruptedException cancelled) {
            if (waiter.served) {
                release();
            } else {
                queue.remove(waiter);
            }
            throw cancelled;
        }
    }

    synchronized void release() {
        Waiter next = urgent.isEmpty() ? patient.poll() : urgent.poll();
        if (next == null) {
            used--;
            return;
        }
        next.served = true;
        notifyAll();
    }

    @Override
    public String toString() {
        return name + "(" + capacity + ")";
    }
}
