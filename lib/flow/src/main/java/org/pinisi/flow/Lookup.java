package org.pinisi.flow;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// Finds the values of one context, each computed at most once.
final class Lookup implements Values {
    private final ReentrantLock lock = new ReentrantLock();
    private final Context context;
    private final Map<Key<?>, Optional<?>> found = new HashMap<>();
    private final SequencedSet<Key<?>> underWay = new LinkedHashSet<>();

    Lookup(Context context) {
        this.context = context;
    }

    @Override
    public <T> Optional<T> get(Key<T> key) {
        lock.lock();
        try {
            return find(key).map(key::cast);
        } finally {
            lock.unlock();
        }
    }

    private Optional<?> find(Key<?> key) {
        Optional<?> known = found.get(key);
        if (known != null) {
            return known;
        }
        if (!underWay.add(key)) {
            throw circle(key);
        }
        try {
            Optional<?> value = compute(context.about(key).reversed());
            found.put(key, value);
            return value;
        } finally {
            underWay.remove(key);
        }
    }

    private Optional<?> compute(List<Context.Element> newestFirst) {
        for (Context.Element element : newestFirst) {
            if (element instanceof Context.Element.Value(Object value)) {
                return Optional.of(value);
            }
        }
        for (Context.Element element : newestFirst) {
            if (element instanceof Context.Element.Derived derived && isReady(derived)) {
                Optional<?> value = derived.derivation().derive(this);
                if (value.isPresent()) {
                    return value;
                }
            }
        }
        for (Context.Element element : newestFirst) {
            if (element instanceof Context.Element.Default(Object value)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private boolean isReady(Context.Element.Derived derived) {
        return derived.needs().stream().allMatch(need -> find(need).isPresent());
    }

    private FlowException circle(Key<?> key) {
        String way =
                underWay.stream().dropWhile(each -> each != key).map(Key::name).collect(Collectors.joining(" needs "));
        return new FlowException(
                "the values need each other in a circle: " + way + " needs " + key.name() + "; give one of them");
    }
}
