package org.pinisi.http;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/// True while a number, once above zero, stays what it was when last asked.
final class Steady implements Callable<Boolean> {
    private final AtomicLong number;
    private long before = -1;

    Steady(AtomicLong number) {
        this.number = number;
    }

    @Override
    public Boolean call() {
        long now = number.get();
        boolean same = now == before && now > 0;
        before = now;
        return same;
    }
}
