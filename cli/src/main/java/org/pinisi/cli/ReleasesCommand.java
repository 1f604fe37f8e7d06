package org.pinisi.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Release;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi releases APP`.
@Command(
        name = "releases",
        description = {
            "Lists an app's releases, the newest first.",
            "* marks the one that serves. `pinisi rollback` makes another one serve."
        })
final class ReleasesCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "APP", description = "The app.")
    private String app = "";

    @Override
    public Integer call() throws Exception {
        return Control.call(scope.data(), client -> {
            if (json.wanted()) {
                scope.out().println(client.raw("/apps/" + app + "/releases"));
                return ExitCodes.DONE;
            }
            AppView view = client.app(app);
            int live = view.live().map(Release::number).orElse(0);
            Table table = new Table("", "RELEASE", "COMMIT", "BRANCH", "MADE", "SUBJECT");
            for (Release release : client.releases(app)) {
                table.row(
                        release.number() == live ? "*" : "",
                        Integer.toString(release.number()),
                        release.commit().substring(0, 7),
                        release.branch(),
                        Words.ago(release.created(), Instant.now()),
                        release.subject());
            }
            table.print(scope.out());
            return ExitCodes.DONE;
        });
    }
}
