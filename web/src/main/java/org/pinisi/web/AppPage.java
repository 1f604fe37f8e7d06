package org.pinisi.web;

import java.util.List;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Release;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.SettingView;

/// One app.
///
/// @param releases the newest first
/// @param runs the newest first
/// @param settings of which only names are shown
/// @param console the end of what it writes
record AppPage(
        AppView app,
        List<Release> releases,
        List<Run> runs,
        List<SettingView> settings,
        Excerpt console,
        PageAddresses addresses,
        Words words) {
    /// As many lines of the console as the page begins with.
    static final int CONSOLE_LINES = 100;

    private static final int MOST_RELEASES = 20;

    AppPage {
        releases = List.copyOf(releases);
        runs = List.copyOf(runs);
        settings = List.copyOf(settings);
    }

    /// Those that the page shows.
    List<Release> shown() {
        return releases.subList(0, Math.min(MOST_RELEASES, releases.size()));
    }

    int older() {
        return releases.size() - shown().size();
    }

    boolean isLive(Release release) {
        return app.live().filter(live -> live.number() == release.number()).isPresent();
    }

    /// Where the console goes on; empty for what writes none.
    String stream() {
        return app.live().filter(Release::isStatic).isPresent() ? "" : Links.console(app.name());
    }

    /// The commit as people write it.
    static String commit(Release release) {
        return release.commit().substring(0, Math.min(7, release.commit().length()));
    }

    /// The command that does what a button elsewhere would do.
    String rollback(Release release) {
        return "./pinisi rollback " + app.name() + " " + release.number();
    }
}
