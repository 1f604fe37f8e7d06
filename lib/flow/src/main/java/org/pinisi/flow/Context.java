package org.pinisi.flow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is known about a peer: keys with values, and functions that compute further values from those.
/// Immutable.
///
/// One rule says which value a key has, wherever it is asked for: the newest value; without values, what
/// the newest derivation gives whose needs are known and that gives anything; else the newest default.
public final class Context {
    private static final Context EMPTY = new Context(Map.of());

    /// For each key what was said about it, oldest first.
    private final Map<Key<?>, List<Element>> elements;

    sealed interface Element {
        record Value(Object value) implements Element {}

        record Derived(Set<Key<?>> needs, Derivation<?> derivation) implements Element {}

        record Default(Object value) implements Element {}
    }

    private Context(Map<Key<?>, List<Element>> elements) {
        this.elements = elements;
    }

    public static Context empty() {
        return EMPTY;
    }

    /// This and one more value, which is from now on the key's value.
    public <T> Context with(Key<T> key, T value) {
        return plus(key, new Element.Value(checked(key, value)));
    }

    /// This, where nothing but this value is said about the key: no older value, no derivation and no
    /// default.
    public <T> Context withOnly(Key<T> key, T value) {
        return without(key).with(key, value);
    }

    /// This, where the key has this value if nothing else gives one.
    public <T> Context withDefault(Key<T> key, T value) {
        return plus(key, new Element.Default(checked(key, value)));
    }

    /// This, where nothing is said about the key.
    public Context without(Key<?> key) {
        Map<Key<?>, List<Element>> changed = new HashMap<>(elements);
        changed.remove(key);
        return new Context(Map.copyOf(changed));
    }

    /// This and one more way to compute the target, tried if the target has no value and the needs have
    /// one each.
    public <T> Context derive(Key<T> target, List<Key<?>> needs, Derivation<T> derivation) {
        requireNonNull(derivation, "derivation");
        return plus(target, new Element.Derived(new LinkedHashSet<>(needs), derivation));
    }

    /// This and behind it all of the other, which is the newer.
    public Context merge(Context newer) {
        Map<Key<?>, List<Element>> merged = new HashMap<>(elements);
        newer.elements.forEach((key, added) -> merged.merge(key, added, (older, more) -> {
            List<Element> both = new ArrayList<>(older);
            both.addAll(more);
            return List.copyOf(both);
        }));
        return new Context(Map.copyOf(merged));
    }

    /// The value of this key, computed if need be.
    ///
    /// @throws FlowException if the keys need each other in a circle; the message names them
    public <T> Optional<T> get(Key<T> key) {
        return new Lookup(this).get(key);
    }

    List<Element> about(Key<?> key) {
        return elements.getOrDefault(key, List.of());
    }

    private static <T> Object checked(Key<T> key, T value) {
        return requireNonNull(key.cast(value), key.name());
    }

    private Context plus(Key<?> key, Element element) {
        List<Element> all = new ArrayList<>(about(key));
        all.add(element);
        Map<Key<?>, List<Element>> changed = new HashMap<>(elements);
        changed.put(key, List.copyOf(all));
        return new Context(Map.copyOf(changed));
    }

    /// The keys only: values may be secret.
    @Override
    public String toString() {
        return elements.keySet().stream().map(Key::name).sorted().toList().toString();
    }
}
