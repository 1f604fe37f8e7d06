package org.pinisi.deployer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// What people see and ask for: the apps, their runs, releases and settings. The command line and the pages
/// stand on this alone. Safe for any number of threads; calls block for a moment. They throw
/// [DeployerException].
public interface Deployments {
    /// Says when anything here has changed.
    Changes changes();

    /// All apps, by name.
    List<AppView> apps();

    /// One app.
    AppView app(String name);

    /// The newest first.
    List<Release> releases(String app);

    /// The newest runs first, of one app or of all.
    ///
    /// @param limit 1 to 1000
    List<Run> runs(Optional<String> app, int limit);

    /// One run with its steps.
    RunView run(long id);

    /// The pipeline of a run: as it is now while it goes on, as it was when it ended.
    Drawing drawing(long run);

    /// Opens a job's log at a byte offset; a negative one counts from the present end.
    Tail jobLog(String job, long offset);

    /// Opens what an app writes: the unit that serves, from its last `lines` on.
    ///
    /// @param follow whether to wait for more, over restarts and releases
    Tail console(String app, int lines, boolean follow);

    /// Makes an earlier release serve: the given one, or the one that served before the present one.
    Run rollback(String app, OptionalInt release, String by);

    /// Deploys what is wanted once more, as a new release.
    Run redeploy(String app, String by);

    /// The names of an app's variables and secrets, with the variables' values.
    List<SettingView> settings(String app);

    /// Sets variables or secrets, and deploys them when something of the app serves or should.
    ///
    /// @return the run, when one was begun
    Optional<Run> set(String app, Map<String, String> values, boolean secret, String by);

    /// Removes variables or secrets.
    ///
    /// @return the run, when one was begun
    Optional<Run> unset(String app, List<String> names, boolean secret, String by);

    /// An app's names on the internet.
    List<DomainView> domains(String app);

    /// Gives an app a name on the internet, from now on and over all releases; what serves answers for
    /// it at once.
    ///
    /// @param redirect the app's other domain to which whoever asks for this one is sent
    /// @return all domains of the app
    List<DomainView> addDomain(String app, String name, Optional<String> redirect, String by);

    /// Takes a name away again that was given with [#addDomain]. Its certificate is kept.
    ///
    /// @return the domains that are left
    List<DomainView> removeDomain(String app, String name, String by);

    /// Tells a run line by line to `out` until it has ended; the last line is the outcome.
    Run follow(long run, Consumer<String> out) throws InterruptedException;
}
