package org.pinisi.certificates;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A book's storage that cannot be written while its disk is full.
///
/// @param full asked before each change; a disk is as slow as it is
record FullDisk(BookStorage storage, BooleanSupplier full) implements BookStorage {
    @Override
    public Version now() {
        return storage.now();
    }

    @Override
    public boolean change(String message, Consumer<Draft> change) {
        if (full.getAsBoolean()) {
            throw new CertificateException("no space left on device");
        }
        return storage.change(message, change);
    }

    @Override
    public BookWatch watch(Runnable changed) {
        return storage.watch(changed);
    }

    @Override
    public Optional<String> synchronise() {
        return storage.synchronise();
    }

    @Override
    public Optional<String> status() {
        return storage.status();
    }

    @Override
    public void close() {
        storage.close();
    }
}
