package org.pinisi.engine;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A value set by the program. Safe for any number of threads; several settings between two rounds of the
/// engine cost one round, and only the last one is seen.
public final class Variable<T> {
    private final Core core;
    private final VariableNode<T> node;
    private final AtomicReference<@Nullable Setting<T>> pending = new AtomicReference<>();

    Variable(Core core, VariableNode<T> node) {
        this.core = core;
        this.node = node;
    }

    private sealed interface Setting<T> {
        record Value<T>(T value) implements Setting<T> {}

        record Fault<T>(String message) implements Setting<T> {}
    }

    /// The term that follows the value.
    public Term<T> term() {
        return node;
    }

    /// Sets the value.
    public void set(T value) {
        change(new Setting.Value<>(Objects.requireNonNull(value, "value")));
    }

    /// Makes the term fail until the next setting.
    public void fail(String message) {
        change(new Setting.Fault<>(Objects.requireNonNull(message, "message")));
    }

    private void change(Setting<T> setting) {
        if (pending.getAndSet(setting) == null) {
            core.post(this::apply);
        }
    }

    private void apply() {
        switch (pending.getAndSet(null)) {
            case Setting.Value<T>(T value) -> node.set(new Outcome.Ready<>(value));
            case Setting.Fault<T>(String message) -> node.set(node.failed(message));
            case null -> {}
        }
    }
}
