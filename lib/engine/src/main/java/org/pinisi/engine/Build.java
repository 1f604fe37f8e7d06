package org.pinisi.engine;

import java.time.Duration;
import java.util.Optional;

/// An operation whose key says everything about its result: *what is the result for K?*
///
/// Results, good and bad, are stored under `id` and `key` and come back after a restart; a failure is a result
/// too and is not tried again until someone asks for a rebuild or it expires. The same key asked for in two
/// places runs once. What is needed to run but does not change the result (credentials, pools, timeouts) is a
/// field of the implementation and no part of the key.
///
/// All methods but [#run] and [#encode] are called on the engine thread, must be quick and must have no effects.
public interface Build<K, O> {
    /// A short, unique, constant name: `git-fetch`. Lower-case letters, digits and dashes, at most 40.
    String id();

    /// The canonical text of the key. Equal texts mean the same work. It is stored in clear: no secrets.
    String key(K key);

    /// The work in a few words for a person. No secrets.
    default String describe(K key) {
        return id() + " " + key(key);
    }

    /// Does the work, on a virtual thread of its own, with plain blocking code. Must call [Job#start] once
    /// before the first effect. Interrupted when cancelled; it may take its time to clean up, the job stays
    /// active until this returns.
    ///
    /// @throws Exception when it failed; the message becomes the outcome's
    O run(Job job, K key) throws Exception;

    /// The outcome as text for the store; called after [#run], on its thread. No secrets.
    String encode(O outcome);

    /// The outcome again. An exception means that the format has changed: the stored result is dropped and the
    /// work done again.
    O decode(String text);

    /// Whether a run that nothing needs any more is cancelled. Otherwise it goes on to its end and its result
    /// is stored.
    default boolean autoCancel() {
        return true;
    }

    /// How long a result (good or bad) is good for after its end, across restarts. After that the work is done
    /// again while the old outcome stays visible. Empty: for ever.
    default Optional<Duration> validFor() {
        return Optional.empty();
    }
}
