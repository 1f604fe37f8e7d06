package org.pinisi.engine;

import java.time.Duration;
import java.util.Optional;

/// The one shape that builders and publishers share inside the engine. A builder is a publisher of an empty
/// value.
interface Operation<K, V, O> {
    String id();

    Graph.Kind kind();

    Request request(K key, V value);

    /// One wish: that `key` of operation `id` hold what `value` says.
    ///
    /// @param key the canonical text
    /// @param value the canonical text; empty for a builder
    record Request(
            String id,
            String key,
            String value,
            String description,
            Body body,
            Decoder decoder,
            boolean autoCancel,
            boolean latched,
            Optional<Duration> validFor) {}

    /// What a run yields.
    record Yield(Object value, String encoded) {}

    /// The work itself.
    interface Body {
        Yield run(Job job) throws Exception;
    }

    /// Reads a stored outcome.
    interface Decoder {
        Object decode(String text);
    }

    static <K, O> Operation<K, String, O> of(Build<K, O> build) {
        return new Operation<>() {
            @Override
            public String id() {
                return build.id();
            }

            @Override
            public Graph.Kind kind() {
                return Graph.Kind.BUILD;
            }

            @Override
            public Request request(K key, String value) {
                Body body = job -> {
                    O outcome = build.run(job, key);
                    return new Yield(outcome, build.encode(outcome));
                };
                return new Request(
                        build.id(),
                        build.key(key),
                        "",
                        build.describe(key),
                        body,
                        text -> build.decode(text),
                        build.autoCancel(),
                        false,
                        build.validFor());
            }
        };
    }

    static <K, V, O> Operation<K, V, O> of(Publish<K, V, O> publish) {
        return new Operation<>() {
            @Override
            public String id() {
                return publish.id();
            }

            @Override
            public Graph.Kind kind() {
                return Graph.Kind.PUBLISH;
            }

            @Override
            public Request request(K key, V value) {
                Body body = job -> {
                    O outcome = publish.run(job, key, value);
                    return new Yield(outcome, publish.encode(outcome));
                };
                return new Request(
                        publish.id(),
                        publish.key(key),
                        publish.value(value),
                        publish.describe(key, value),
                        body,
                        text -> publish.decode(text),
                        publish.autoCancel(),
                        publish.latched(),
                        Optional.empty());
            }
        };
    }
}
