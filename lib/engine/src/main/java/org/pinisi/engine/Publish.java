package org.pinisi.engine;

/// An operation that makes a target hold a value: *make K hold V*. The newest value wins; values in between are
/// skipped.
///
/// Must be idempotent: after a crash, or when its own success ended this program, the same value is published
/// again.
///
/// All methods but [#run] and [#encode] are called on the engine thread, must be quick and must have no effects.
public interface Publish<K, V, O> {
    /// A short, unique, constant name: `unit-deploy`. Lower-case letters, digits and dashes, at most 40.
    String id();

    /// The canonical text of the target. Two terms that want different values for one target at the same time
    /// are an error of the second one. Everything that makes targets differ (the host, too) belongs into it. No
    /// secrets.
    String key(K key);

    /// The canonical text of the value; it is published again only when this changes. Stored in clear: no
    /// secrets.
    String value(V value);

    /// The work in a few words for a person. No secrets.
    default String describe(K key, V value) {
        return id() + " " + key(key) + " := " + value(value);
    }

    /// Does the work; see [Build#run].
    ///
    /// @throws Exception when it failed; the message becomes the outcome's
    O run(Job job, K key, V value) throws Exception;

    /// The outcome as text for the store; called after [#run], on its thread. No secrets.
    String encode(O outcome);

    /// The outcome again; an exception means that the format has changed, and the value is published again.
    O decode(String text);

    /// Whether a run is cancelled when a newer value comes or nothing needs it any more. Otherwise it goes on
    /// to its end, and then the newest value is published.
    default boolean autoCancel() {
        return false;
    }

    /// Whether the outcome of the last value stays visible while a new one is being published.
    default boolean latched() {
        return false;
    }
}
