package org.pinisi.engine;

/// An outside thing that can be read and that may tell when it changes. The engine calls both methods on a
/// virtual thread, never two at a time for one monitor: first [#watch], then [#read], and [#read] again after
/// each refresh. A refresh during a read causes exactly one more read afterwards.
public interface MonitorSource<T> {
    /// Reads the present value. Interrupted when nothing needs the monitor any more.
    ///
    /// @throws Exception when it cannot be read; it becomes the term's failure until a later read succeeds
    T read() throws Exception;

    /// Begins to watch: `refresh` may be called from any thread, at any time, cheaply. What is returned is
    /// closed when nothing needs the monitor any more.
    ///
    /// @throws Exception when it cannot be watched; it becomes the term's failure
    AutoCloseable watch(Runnable refresh) throws Exception;

    /// The thing in a few words for a person.
    String describe();
}
